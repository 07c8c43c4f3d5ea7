/** The German texts of the one prompt. */
export const REVIEW = {
  'You also sign this sentence of the app': 'Du signierst auch diesen Satz der App',
  'The request id “{id}”': 'Die Anfragenummer „{id}“',
  'The request also refers to': 'Die Anfrage verweist außerdem auf',
  'Exactly what is signed ({size} bytes)': 'Was genau signiert wird ({size} Bytes)',
  'The signed text': 'Der signierte Text',
  Unusual: 'Ungewöhnlich',
  'Worth a look': 'Sieh es dir an',
  Also: 'Außerdem',
  'The only right': 'Das einzige Recht',
  'All {count} rights': 'Alle {count} Rechte',
  '{app} asks you to sign this text.': '{app} bittet dich, diesen Text zu signieren.',
  '{app} asks you to sign data that nobody can read.':
    '{app} bittet dich, Daten zu signieren, die niemand lesen kann.',
  '{app} asks for {what}.': '{app} bittet um {what}.',
  '{app} asks for {what}, {period}.': '{app} bittet um {what}, {period}.',
  'sign you in': 'dich anmelden',
  '{app} wants to {want}.': '{app} möchte {want}.',
  '{app} wants to {want}, {period}.': '{app} möchte {want}, {period}.',
  'the same as {when}': 'dasselbe wie {when}',
  'no more than {when}': 'nicht mehr als {when}',
  'It can be shown to others as signed by you. It gives no rights to your storage.':
    'Er kann anderen als von dir signiert gezeigt werden. Er gibt keine Rechte an deinem Speicher.',
  'We advise you to reject this.': 'Wir raten dir, das abzulehnen.',
  'It may move money or hand over your account. Nobody can tell from these bytes.':
    'Es kann Geld bewegen oder dein Konto übergeben. Diesen Bytes sieht das niemand an.',
  '{count} bytes that are not text.': '{count} Bytes, die kein Text sind.',
  'It gets no rights to your storage.': 'Sie bekommt keine Rechte an deinem Speicher.',
  'Confirm with your passkey.': 'Bestätige mit deinem Passkey.',
  'Signing…': 'Wird signiert…',
  'Open a window': 'Fenster öffnen',
  Reject: 'Ablehnen',
  'Approve with passkey': 'Mit Passkey erlauben',
  Approve: 'Erlauben',
  'Sign with passkey': 'Mit Passkey signieren',
  Sign: 'Signieren',
  'Sign anyway…': 'Trotzdem signieren…',
  'I know what these {count} bytes are, and I expected them from {host}. It cannot be taken back.':
    'Ich weiß, was diese {count} Bytes sind, und habe sie von {host} erwartet. Das lässt sich nicht zurücknehmen.',
  'This also creates your personal storage at {host}. It happens once.':
    'Legt auch deinen persönlichen Speicher bei {host} an, einmalig.',
  '{count} spaces': '{count} Bereiche',
  '1 encryption network': '1 Verschlüsselungsnetz',
  '{count} more signatures with your key': '{count} weitere Signaturen mit deinem Schlüssel',
  '{host} may host the spaces without an end.': '{host} darf die Bereiche ohne Ende speichern.',
  'Everything else ends in {duration}.': 'Alles andere gilt {duration}.',
  '{count} more requests that you approved earlier':
    '{count} weitere Anfragen, die du früher erlaubt hast',
  'They also take effect now. There are too many to name.':
    'Auch sie gelten ab jetzt. Es sind zu viele, um sie zu nennen.',
  '“{name}”': '„{name}“',
  'the encryption network “{name}”': 'das Verschlüsselungsnetz „{name}“',
  '{count} more': '{count} weitere',
  '{host} will also get the access you approved earlier':
    '{host} bekommt auch den Zugriff, den du früher erlaubt hast',
} as const;
