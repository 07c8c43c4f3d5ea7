/** The German texts of the account page's frame, its overview, and the state of the storage. */
export const OVERVIEW = {
  // The frame of the page
  'Your account': 'Dein Konto',
  Overview: 'Übersicht',
  Apps: 'Apps',
  'Ways in': 'Zugänge',
  Activity: 'Verlauf',
  Devices: 'Geräte',
  Advanced: 'Erweitert',
  Account: 'Konto',
  '{label}, account menu': '{label}, Kontomenü',
  'Skip to the content': 'Zum Inhalt springen',
  More: 'Mehr',
  'something is to be done': 'hier ist etwas zu tun',
  'Sign out': 'Abmelden',
  Details: 'Einzelheiten',
  'Show {count} more': '{count} weitere zeigen',
  'Close the message': 'Meldung schließen',
  'Nothing was changed.': 'Es wurde nichts geändert.',
  'One moment…': 'Einen Moment…',
  'Enter a text.': 'Gib einen Text ein.',
  'Enter: {phrase}': 'Gib ein: {phrase}',
  Copy: 'Kopieren',
  Copied: 'Kopiert',
  Selected: 'Markiert',
  'Copy {what}': '{what} kopieren',
  // Times
  Today: 'Heute',
  Yesterday: 'Gestern',
  'just now': 'gerade eben',
  '{count} min ago': 'vor {count} Min.',
  '{count} h ago': 'vor {count} Std.',
  'yesterday, {time}': 'gestern, {time}',
  unknown: 'unbekannt',
  // Signing in
  'See your storage, your ways to get in, and what was done.':
    'Sieh deinen Speicher, deine Zugänge und was geschehen ist.',
  'This browser has neither passkeys nor a wallet.':
    'Dieser Browser hat weder Passkeys noch eine Wallet.',
  'You are in. Add a passkey now, and look at who else is signed in.':
    'Du bist drin. Füge jetzt einen Passkey hinzu und sieh nach, wer sonst angemeldet ist.',
  'Each code works once. Add a passkey when you are in.':
    'Jeder Code gilt einmal. Füge einen Passkey hinzu, sobald du drin bist.',
  'Recovery code': 'Wiederherstellungscode',
  'Enter a recovery code.': 'Gib einen Wiederherstellungscode ein.',
  'Confirm that it is you': 'Bestätige, dass du es bist',
  'This change requires a recent sign-in. Sign in again to continue.':
    'Diese Änderung verlangt eine frische Anmeldung. Melde dich noch einmal an.',
  'Sign in again': 'Noch einmal anmelden',
  'Your session has ended. Sign in to the same account to continue.':
    'Deine Sitzung ist zu Ende. Melde dich bei demselben Konto an, um weiterzumachen.',
  'A different account is signed in now, so nothing was changed. Reload this page to see it.':
    'Jetzt ist ein anderes Konto angemeldet, daher wurde nichts geändert. Lade diese Seite neu, um es zu sehen.',
  'Your change was saved, but this page could not refresh: {problem}':
    'Deine Änderung ist gespeichert, aber diese Seite konnte sich nicht erneuern: {problem}',
  // The overview
  'You have no key. Create one under “Advanced”.':
    'Du hast keinen Schlüssel. Lege einen unter „Erweitert“ an.',
  'The state of your storage cannot be read':
    'Der Zustand deines Speichers kann nicht gelesen werden',
  'Try again': 'Noch einmal versuchen',
  'Trying again.': 'Neuer Versuch läuft.',
  'Your address': 'Deine Adresse',
  'Copy address': 'Adresse kopieren',
  'Make a way back': 'Schaffe dir einen Rückweg',
  'One lost device would lock you out. Recovery codes take a minute.':
    'Ein verlorenes Gerät würde dich aussperren. Wiederherstellungscodes dauern eine Minute.',
  'Make codes': 'Codes erstellen',
  'Ways to get in': 'Zugänge',
  'Apps with access': 'Apps mit Zugriff',
  'At a glance': 'Auf einen Blick',
  '{done} of 2 steps': '{done} von 2 Schritten',
  'No app': 'Keine App',
  'None has access': 'Keine hat Zugriff',
  '1 app': '1 App',
  '{count} apps': '{count} Apps',
  '{host} until {time}': '{host} bis {time}',
  'Nothing yet': 'Noch nichts',
  'Cannot be read now': 'Gerade nicht lesbar',
  // The parts of an account
  'The parts of your account': 'Die Teile deines Kontos',
  'Picture of your account': 'Bild deines Kontos',
  'Your key': 'Schlüssel',
  Part: 'Teil',
  State: 'Zustand',
  Ready: 'Bereit',
  'In progress': 'In Arbeit',
  Failed: 'Gescheitert',
  Waiting: 'Wartet',
  'Default space': 'Bereich „Standard“',
  Default: 'Standard',
  'What apps store for you': 'Was Apps für dich speichern',
  'Apps that you approve keep your files and databases here, each where you allowed it to.':
    'Apps, denen du es erlaubst, bewahren hier deine Dateien und Datenbanken auf, jede dort, wo du es erlaubt hast.',
  'Applications space': 'Bereich „Anwendungen“',
  Applications: 'Anwendungen',
  'What apps keep for themselves': 'Was Apps für sich behalten',
  'Apps keep their own settings here, apart from your files.':
    'Apps bewahren hier ihre eigenen Einstellungen auf, getrennt von deinen Dateien.',
  'Secrets space': 'Bereich „Geheimnisse“',
  Secrets: 'Geheimnisse',
  'Passwords and API keys · database': 'Passwörter und API-Schlüssel · Datenbank',
  'Passwords and API keys are stored here, encrypted with your encryption network. Few apps need them, and the prompt warns you when one asks.':
    'Hier liegen Passwörter und API-Schlüssel, verschlüsselt mit deinem Verschlüsselungsnetz. Wenige Apps brauchen sie, und du wirst gewarnt, wenn eine danach fragt.',
  'Account space': 'Bereich „Konto“',
  'Your apps and their rights · database': 'Deine Apps und ihre Rechte · Datenbank',
  'This database lists your apps and your spaces. Every TinyCloud sign-in keeps it up to date.':
    'Diese Datenbank nennt deine Apps und Bereiche. Jede TinyCloud-Anmeldung hält sie aktuell.',
  'Public space': 'Bereich „Öffentlich“',
  Public: 'Öffentlich',
  'What anybody can read': 'Was alle lesen können',
  'Everything in this space can be read by anybody who knows your address.':
    'Alles in diesem Bereich kann lesen, wer deine Adresse kennt.',
  'Encryption network': 'Netz zur Verschlüsselung',
  Encryption: 'Netz',
  'Decrypts what is sealed for you': 'Entschlüsselt, was für dich versiegelt ist',
  'The network holds the key that decrypts your secrets. Your key decides who can use it.':
    'Das Netz hält den Schlüssel, der deine Geheimnisse entschlüsselt. Dein Schlüssel entscheidet, wer es verwendet.',
  Registry: 'Verzeichnis',
  'Where apps find your spaces': 'Wo Apps deine Bereiche finden',
  'The registry records which spaces and apps belong to you, so that a new app finds them.':
    'Das Verzeichnis hält fest, welche Bereiche und Apps dir gehören, damit eine neue App sie findet.',
  // The storage
  'Your storage': 'Dein Speicher',
  'Not set up yet': 'Noch nicht eingerichtet',
  'Setting up': 'Wird eingerichtet',
  'Not finished': 'Nicht fertig',
  'It is set up when an app first signs you in.':
    'Er wird eingerichtet, wenn eine App dich zum ersten Mal anmeldet.',
  'at {host}': 'bei {host}',
  '{done} of {total} steps': '{done} von {total} Schritten',
  'The TinyCloud node cannot be reached.': 'Der TinyCloud-Knoten ist nicht erreichbar.',
  'The TinyCloud node reports a problem.': 'Der TinyCloud-Knoten meldet ein Problem.',
  'The clocks of this service and of the TinyCloud node differ too much.':
    'Die Uhren dieses Dienstes und des TinyCloud-Knotens weichen zu sehr voneinander ab.',
  'Account setup is turned off.': 'Die Einrichtung von Konten ist ausgeschaltet.',
  'The TinyCloud node keeps losing the data of this account.':
    'Der TinyCloud-Knoten verliert die Daten dieses Kontos immer wieder.',
  'The encryption network of the account is revoked.':
    'Das Verschlüsselungsnetz des Kontos ist widerrufen.',
  'The setup took too long or was interrupted.':
    'Die Einrichtung hat zu lange gedauert oder wurde unterbrochen.',
  'Too many accounts are being set up.': 'Es werden gerade zu viele Konten eingerichtet.',
  'The TinyCloud node returned an invalid response.':
    'Der TinyCloud-Knoten hat eine ungültige Antwort gegeben.',
  'Nothing is lost.': 'Es ist nichts verloren.',
  'The setup of your storage stopped': 'Die Einrichtung deines Speichers ist stehen geblieben',
  'The setup of your storage stopped: {part}':
    'Die Einrichtung deines Speichers ist stehen geblieben: {part}',
  'The service tries again now.': 'Der Dienst versucht es jetzt wieder.',
  'The service tries again in {duration}.': 'Der Dienst versucht es in {duration} wieder.',
} as const;
