/** The German texts of the account page about keys, switches, evidence, and the deletion. */
export const ADVANCED = {
  // Keys
  Keys: 'Schlüssel',
  'Create a key': 'Schlüssel anlegen',
  'The new key has its own address and its own TinyCloud account.':
    'Der neue Schlüssel hat seine eigene Adresse und sein eigenes TinyCloud-Konto.',
  Create: 'Anlegen',
  Name: 'Name',
  'Key {number}': 'Schlüssel {number}',
  'The key was created.': 'Der Schlüssel wurde angelegt.',
  'Rename this key': 'Diesen Schlüssel umbenennen',
  Rename: 'Umbenennen',
  'The key was renamed.': 'Der Schlüssel wurde umbenannt.',
  'Archive {name}?': '{name} archivieren?',
  'It can no longer sign, so apps that use this address cannot sign you in. The address and its data stay, and you can restore the key.':
    'Er kann nicht mehr signieren, daher können Apps mit dieser Adresse dich nicht anmelden. Die Adresse und ihre Daten bleiben, und du kannst den Schlüssel wiederherstellen.',
  Archive: 'Archivieren',
  'The key is archived.': 'Der Schlüssel ist archiviert.',
  'The key can sign again.': 'Der Schlüssel kann wieder signieren.',
  'The receipt is in your downloads. docs/verify.md explains how to verify it.':
    'Die Quittung ist in deinen Downloads. docs/verify.md erklärt, wie man sie prüft.',
  Archived: 'Archiviert',
  'Created {time}': 'Angelegt {time}',
  'Archived {time}. It cannot sign until you restore it.':
    'Archiviert {time}. Er kann nicht signieren, bis du ihn wiederherstellst.',
  'Exported {time}. If that was not you, move what it owns.':
    'Exportiert {time}. Wenn du das nicht warst, bring in Sicherheit, was ihm gehört.',
  Address: 'Adresse',
  'Copy the address of {name}': 'Adresse von {name} kopieren',
  'Change {name}': '{name} ändern',
  Restore: 'Wiederherstellen',
  'Download receipt': 'Quittung herunterladen',
  'Export…': 'Exportieren…',
  'Export {name}?': '{name} exportieren?',
  'You get a file that wallets open with your passphrase. The key stays here as well.':
    'Du bekommst eine Datei, die Wallets mit deiner Passphrase öffnen. Der Schlüssel bleibt auch hier.',
  'Whoever has the file and the passphrase is you. They can read your secrets and move what your address owns, for good. We cannot take it back.':
    'Wer Datei und Passphrase hat, ist du. Er kann für immer deine Geheimnisse lesen und bewegen, was deiner Adresse gehört. Wir können es nicht zurücknehmen.',
  Passphrase: 'Passphrase',
  'The passphrase again': 'Die Passphrase noch einmal',
  'The passphrase must have at least {count} characters.':
    'Die Passphrase muss mindestens {count} Zeichen haben.',
  'The two passphrases differ.': 'Die beiden Passphrasen sind verschieden.',
  'The encrypted key is in your downloads.':
    'Der verschlüsselte Schlüssel ist in deinen Downloads.',
  'To continue, enter: {phrase}': 'Gib zum Fortfahren ein: {phrase}',
  // Switches
  'Signing without asking': 'Signieren ohne Rückfrage',
  'Set up my storage when I approve an app':
    'Meinen Speicher einrichten, wenn ich einer App etwas erlaube',
  'One approval also signs the ten requests that create your storage. Nothing else is signed without you.':
    'Eine Erlaubnis signiert auch die zehn Anfragen, die deinen Speicher anlegen. Sonst wird nichts ohne dich signiert.',
  'Only what you approve is signed. Apps ask you again for the setup.':
    'Nur was du erlaubst, wird signiert. Für die Einrichtung fragen dich Apps noch einmal.',
  'After you approve the sign-in of an app, your key also signs the ten requests that set up your TinyCloud account, without a prompt for each.':
    'Nachdem du die Anmeldung einer App erlaubt hast, signiert dein Schlüssel auch die zehn Anfragen, die dein TinyCloud-Konto einrichten, ohne Rückfrage für jede.',
  'Nothing else is signed this way.': 'Sonst wird auf diese Weise nichts signiert.',
  'Let listed apps set up my storage without a click':
    'Gelistete Apps meinen Speicher ohne Klick einrichten lassen',
  'Apps on this service’s list can have exactly those ten requests signed without showing a screen.':
    'Apps auf der Liste dieses Dienstes können genau diese zehn Anfragen signieren lassen, ohne etwas zu zeigen.',
  'Every signature needs your approval.': 'Jede Signatur braucht deine Erlaubnis.',
  'An app on this service’s list can have the ten requests of the setup signed without showing you a screen.':
    'Eine App auf der Liste dieses Dienstes kann die zehn Anfragen der Einrichtung signieren lassen, ohne dir etwas zu zeigen.',
  'Nothing else is ever signed this way: the app gets no rights to your storage by it.':
    'Sonst wird auf diese Weise nie etwas signiert: Die App bekommt dadurch keine Rechte an deinem Speicher.',
  'You can turn this off at any time.': 'Du kannst das jederzeit ausschalten.',
  'Turn on “{title}”?': '„{title}“ einschalten?',
  'Turn on': 'Einschalten',
  'It is now on.': 'Es ist jetzt eingeschaltet.',
  'It is now off.': 'Es ist jetzt ausgeschaltet.',
  // Evidence
  'What holds your key': 'Was deinen Schlüssel hält',
  'The service can show evidence of the machine and the code that hold your keys. A browser can check only a part of it.':
    'Der Dienst kann belegen, welche Maschine und welcher Code deine Schlüssel halten. Ein Browser kann nur einen Teil davon prüfen.',
  'Check now': 'Jetzt prüfen',
  'Checked here': 'Hier geprüft',
  'Checked here, and it does not hold': 'Hier geprüft, und es stimmt nicht',
  'Not checked here': 'Hier nicht geprüft',
  Contradicted: 'Widerlegt',
  'How anybody can check the rest': 'Wie jeder den Rest prüfen kann',
  'An auditor checks the rest from the source code, without trusting this page. Anybody can run:':
    'Den Rest prüft man aus dem Quelltext, ohne dieser Seite zu vertrauen. Jeder kann das ausführen:',
  'the command that checks the evidence': 'Den Befehl, der die Belege prüft,',
  'What the service states about itself': 'Was der Dienst über sich aussagt',
  'A check of the answer failed. Do not rely on it.':
    'Eine Prüfung der Antwort ist gescheitert. Verlass dich nicht auf sie.',
  'The answer is a simulation: it proves nothing.':
    'Die Antwort ist eine Simulation: Sie beweist nichts.',
  'No contradiction was found. This is not a verdict: this page comes from the service that it asks about.':
    'Es wurde kein Widerspruch gefunden. Das ist kein Urteil: Diese Seite kommt von dem Dienst, nach dem sie fragt.',
  'Do not rely on this answer': 'Verlass dich nicht auf diese Antwort',
  'At least one check failed, as marked below.':
    'Mindestens eine Prüfung ist gescheitert, wie unten markiert.',
  'Simulated: there is no confidential machine': 'Simuliert: Es gibt keine vertrauliche Maschine',
  'The operator of this service can read every key in it. It is for development only. Do not use a key that matters to you.':
    'Wer diesen Dienst betreibt, kann jeden Schlüssel darin lesen. Er ist nur für die Entwicklung da. Verwende keinen Schlüssel, der dir wichtig ist.',
  'What stands between you and your key': 'Was zwischen dir und deinem Schlüssel steht',
  'Your browser': 'Dein Browser',
  'creates a random number': 'erzeugt eine Zufallszahl',
  'the answer contains its random number': 'die Antwort enthält seine Zufallszahl',
  'the answer does not contain its random number': 'die Antwort enthält seine Zufallszahl nicht',
  Gateway: 'Gateway',
  'passes the question to {host}': 'gibt die Frage an {host} weiter',
  'the answer is fresh and for {host}': 'die Antwort ist frisch und für {host}',
  'the answer is old, or for another address': 'die Antwort ist alt oder für eine andere Adresse',
  'the encryption ends here, so it can read what passes':
    'hier endet die Verschlüsselung, also kann es mitlesen',
  'the encryption ends in the machine, so it cannot read what passes':
    'die Verschlüsselung endet in der Maschine, also kann es nicht mitlesen',
  'the statement says: {what}': 'die Aussage sagt: {what}',
  'Sealed machine': 'Versiegelte Maschine',
  'answers with a quote of its hardware': 'antwortet mit einem Beleg ihrer Hardware',
  'its quote contains this answer': 'ihr Beleg enthält diese Antwort',
  'its quote does not contain this answer': 'ihr Beleg enthält diese Antwort nicht',
  Code: 'Code',
  'only an auditor can check it': 'das kann nur ein Prüfer prüfen',
  'the SHA-512 of the statement below is the report data of the answer':
    'der SHA-512 der Aussage unten sind die Berichtsdaten der Antwort',
  'the SHA-512 of the statement below is not the report data of the answer':
    'der SHA-512 der Aussage unten sind nicht die Berichtsdaten der Antwort',
  'the quote contains that SHA-512': 'der Beleg enthält diesen SHA-512',
  'the quote contains different report data': 'der Beleg enthält andere Berichtsdaten',
  'the statement is not the one in the quote': 'die Aussage ist nicht die im Beleg',
  'what the quote contains': 'was der Beleg enthält',
  'whether the answer is for this request': 'ob die Antwort zu dieser Anfrage gehört',
  'when it was issued': 'wann sie ausgestellt wurde',
  'which origin it is for': 'für welchen Ursprung sie gilt',
  'who ends the encryption of this connection': 'wer die Verschlüsselung dieser Verbindung beendet',
  'whether this connection ends in the machine: a browser cannot compare its key with the one in the statement':
    'ob diese Verbindung in der Maschine endet: Ein Browser kann ihren Schlüssel nicht mit dem in der Aussage vergleichen',
  'who reads along: the statement says that a gateway ends the encryption of this connection':
    'wer mitliest: Die Aussage sagt, dass ein Gateway die Verschlüsselung dieser Verbindung beendet',
  'it contains the random number that this browser just created':
    'sie enthält die Zufallszahl, die dieser Browser gerade erzeugt hat',
  'it does not contain the random number that this browser just created, so it may be an old answer':
    'sie enthält die Zufallszahl nicht, die dieser Browser gerade erzeugt hat, kann also eine alte Antwort sein',
  "it was issued within five minutes, by this device's clock":
    'sie wurde nach der Uhr dieses Geräts innerhalb von fünf Minuten ausgestellt',
  "it was not issued within five minutes, by this device's clock":
    'sie wurde nach der Uhr dieses Geräts nicht innerhalb von fünf Minuten ausgestellt',
  'it is the statement of {origin}, where this page came from':
    'es ist die Aussage von {origin}, woher diese Seite kam',
  'it is the statement of an origin other than {origin}, where this page came from':
    'es ist die Aussage eines anderen Ursprungs als {origin}, woher diese Seite kam',
  'whether it runs in a real Intel TDX machine: the answer claims so':
    'ob er in einer echten Intel-TDX-Maschine läuft: Die Antwort behauptet es',
  'whether it runs in a real Intel TDX machine: the answer itself states that it does not':
    'ob er in einer echten Intel-TDX-Maschine läuft: Die Antwort selbst sagt, dass nicht',
  "whether Intel's hardware signed the quote, and whether that platform is up to date":
    'ob Intels Hardware den Beleg signiert hat und ob diese Plattform aktuell ist',
  'which system image and which code are running': 'welches Systemabbild und welcher Code laufen',
  'who can allow different code to use the same keys':
    'wer anderem Code erlauben kann, dieselben Schlüssel zu verwenden',
  Started: 'Gestartet',
  Issued: 'Ausgestellt',
  Application: 'Anwendung',
  Instance: 'Instanz',
  Boot: 'Systemstart',
  'Identity key': 'Identitätsschlüssel',
  'Receipts key': 'Quittungsschlüssel',
  'Key provider’s root': 'Wurzel des Schlüsselanbieters',
  Starts: 'Starts',
  Plan: 'Plan',
  Source: 'Quelltext',
  'TLS key': 'TLS-Schlüssel',
  'Certificate account': 'Konto bei der Zertifizierungsstelle',
  'Settings ({count})': 'Einstellungen ({count})',
  'The exact statement': 'Die genaue Aussage',
  // Deletion
  'Delete your account': 'Dein Konto löschen',
  'Your keys are destroyed. Nobody can bring them back.':
    'Deine Schlüssel werden vernichtet. Niemand kann sie zurückbringen.',
  'Delete…': 'Löschen…',
  'delete my account': 'mein Konto löschen',
  'Delete your account?': 'Dein Konto löschen?',
  'This cannot be undone, by you or by us.':
    'Das lässt sich nicht rückgängig machen, nicht von dir und nicht von uns.',
  'One key is destroyed. Nobody can sign for its address again.':
    'Ein Schlüssel wird vernichtet. Niemand kann je wieder für seine Adresse signieren.',
  '{count} keys are destroyed. Nobody can sign for their addresses again.':
    '{count} Schlüssel werden vernichtet. Niemand kann je wieder für ihre Adressen signieren.',
  'Your data stays at {host}, and nobody can change or remove it any more.':
    'Deine Daten bleiben bei {host}, und niemand kann sie mehr ändern oder entfernen.',
  'Your ways to get in, devices, receipts and activity are removed.':
    'Deine Zugänge, Geräte, Quittungen und dein Verlauf werden entfernt.',
  'The address': 'Die Adresse',
  'The addresses': 'Die Adressen',
  'Keep my account': 'Mein Konto behalten',
  'Delete permanently': 'Endgültig löschen',
  'Your account is deleted': 'Dein Konto ist gelöscht',
  'The following remains:': 'Das bleibt:',
} as const;
