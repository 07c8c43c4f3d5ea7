/** The German sentences about single rights, and the warnings. */
export const RIGHTS = {
  // Places
  'your default space': 'dein Standardbereich',
  'your applications space': 'dein Anwendungsbereich',
  'your account registry': 'dein Kontoverzeichnis',
  'your secrets': 'deine Geheimnisse',
  'your public space': 'dein öffentlicher Bereich',
  'what apps store for you': 'was Apps für dich speichern',
  'what apps keep for themselves': 'was Apps für sich behalten',
  'which spaces, apps and grants you have': 'welche Bereiche, Apps und Rechte du hast',
  'passwords, API keys and variables': 'Passwörter, API-Schlüssel und Variablen',
  'what anyone can read': 'was alle lesen können',
  'the space "{name}" of {owner}': 'der Bereich „{name}“ von {owner}',
  'your space "{name}"': 'dein Bereich „{name}“',
  '{space} on chain {chain}': '{space} auf Kette {chain}',
  'your encryption network "{name}"': 'dein Verschlüsselungsnetz „{name}“',
  'the encryption network "{name}" of {owner}': 'das Verschlüsselungsnetz „{name}“ von {owner}',
  'the database "{path}" of {place}': 'die Datenbank „{path}“ ({place})',
  'any database of {place}, by a path that begins with "{path}"':
    'jede Datenbank ({place}), über einen Pfad, der mit „{path}“ beginnt',
  '{place} under the empty key and keys that begin with a slash':
    '{place} unter dem leeren Namen und Namen, die mit einem Schrägstrich beginnen',
  '{place} under keys that begin with a slash':
    '{place} unter Namen, die mit einem Schrägstrich beginnen',
  '{place} under "{path}"': '{place} unter „{path}“',
  '{place} at "{path}" and below it': '{place} bei „{path}“ und darunter',
  // Rights
  'read the contents': 'Inhalte lesen',
  'list the keys': 'Namen auflisten',
  '{reads} of anything in {place}.': '{reads} von allem: {place}.',
  'Delete anything in {place}.': 'Alles löschen: {place}.',
  'Read the tables of {place}.': 'Die Tabellen lesen: {place}.',
  'Add, change and delete rows, and create, change and drop tables, in {place}.':
    'Zeilen hinzufügen, ändern und löschen sowie Tabellen anlegen, ändern und entfernen: {place}.',
  'Create, change and drop tables in {place}.': 'Tabellen anlegen, ändern und entfernen: {place}.',
  'Do everything with the tables of {place}: read, change, delete, administer.':
    'Alles mit den Tabellen tun, lesen, ändern, löschen, verwalten: {place}.',
  'Add and overwrite entries in {place}.': 'Einträge hinzufügen und überschreiben: {place}.',
  'See which rights others hold over {place}.': 'Sehen, welche Rechte andere haben: {place}.',
  'List the rights that were given in {place}.': 'Die gegebenen Rechte auflisten: {place}.',
  'Decide which node hosts {place}. This does not end.':
    'Bestimmen, welcher Knoten speichert: {place}. Das endet nicht.',
  'Create {place}.': 'Anlegen: {place}.',
  'Decrypt whatever is encrypted for {place}.':
    'Entschlüsseln, was verschlüsselt ist für: {place}.',
  'An unknown right: {abilities} over {place}.': 'Ein unbekanntes Recht: {abilities} über {place}.',
  // Warnings
  'These bytes are not text, so their meaning cannot be shown.':
    'Diese Bytes sind kein Text, daher kann ihre Bedeutung nicht gezeigt werden.',
  'You sign this exact text. Read it first: your signature can be shown to others.':
    'Du signierst genau diesen Text. Lies ihn zuerst: Deine Signatur kann anderen gezeigt werden.',
  'The rights are granted to something other than the session key of an app.':
    'Die Rechte gehen an etwas anderes als den Sitzungsschlüssel einer App.',
  'The rights last for more than one day.': 'Die Rechte gelten länger als einen Tag.',
  'The rights never expire.': 'Die Rechte enden nie.',
  'The request names spaces or networks that are not yours, or that are on another chain.':
    'Die Anfrage nennt Bereiche oder Netze, die nicht dir gehören oder auf einer anderen Kette sind.',
  'Some of the rights cover keys that begin with a slash. Few apps use such keys, so this app may be asking for the wrong keys.':
    'Einige Rechte umfassen Namen, die mit einem Schrägstrich beginnen. Wenige Apps verwenden solche Namen, diese App fragt also vielleicht nach den falschen.',
  'This service does not recognize some of the rights.':
    'Dieser Dienst kennt einige der Rechte nicht.',
  "The app's domain contains characters that can look like others.":
    'Die Domain der App enthält Zeichen, die wie andere aussehen können.',
  'The request names the host of the app without its port. Every app on that host can use the signature.':
    'Die Anfrage nennt den Host der App ohne seinen Port. Jede App auf diesem Host kann die Signatur verwenden.',
  'The time in the request differs from the current time.':
    'Die Zeit in der Anfrage weicht von der jetzigen Zeit ab.',
} as const;
