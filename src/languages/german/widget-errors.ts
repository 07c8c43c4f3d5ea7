/** The German sentences of the widget's errors, which are listed in `src/wire/error-codes.ts`. */
export const ERRORS = {
  'The person rejected the request.': 'Die Person hat die Anfrage abgelehnt.',
  'No person is connected. Call connect() first.':
    'Niemand ist verbunden. Rufe zuerst connect() auf.',
  'The connected person does not have this address.':
    'Die verbundene Person hat diese Adresse nicht.',
  'The service did not answer. Check that it is running, and that the content policy of this page allows it in frame-src.':
    'Der Dienst hat nicht geantwortet. Prüfe, ob er läuft und ob die Inhaltsrichtlinie dieser Seite ihn in frame-src erlaubt.',
  "The service does not know this app. Its operator must add the origin of this page to the service's APP_ORIGINS.":
    'Der Dienst kennt diese App nicht. Wer ihn betreibt, muss den Ursprung dieser Seite in APP_ORIGINS eintragen.',
  'The greeting came from another window.': 'Der Gruß kam aus einem anderen Fenster.',
  'The widget is already in use.': 'Das Widget wird schon verwendet.',
  'The client and the service have different protocol versions. Load the client from the service.':
    'Client und Dienst haben verschiedene Protokollversionen. Lade den Client vom Dienst.',
  'The widget was reloaded or closed before it answered.':
    'Das Widget wurde neu geladen oder geschlossen, bevor es geantwortet hat.',
  'The message is malformed.': 'Die Nachricht hat eine falsche Form.',
  'The message is larger than 64 KiB.': 'Die Nachricht ist größer als 64 KiB.',
  'Another request is open. Wait for its answer.':
    'Eine andere Anfrage ist offen. Warte auf ihre Antwort.',
  'The request number was already used.': 'Die Anfragenummer wurde schon verwendet.',
  'This request does not exist.': 'Diese Anfrage gibt es nicht.',
  'The widget does not support this method.': 'Das Widget kennt diese Methode nicht.',
  'Typed data cannot be signed. Use personal_sign.':
    'Typisierte Daten können nicht signiert werden. Verwende personal_sign.',
  'The account is on another chain, and the service cannot switch to this one.':
    'Das Konto ist auf einer anderen Kette, und der Dienst kann nicht zu dieser wechseln.',
  'This browser does not allow this in a frame. Continue in a window.':
    'Dieser Browser erlaubt das nicht in einem Rahmen. Mach in einem Fenster weiter.',
  'The browser blocked the window. Allow windows for this site, then try again.':
    'Der Browser hat das Fenster blockiert. Erlaube Fenster für diese Seite und versuche es noch einmal.',
  'No app opened this page.': 'Keine App hat diese Seite geöffnet.',
  'The window was closed, or this page sends Cross-Origin-Opener-Policy: same-origin. Use same-origin-allow-popups instead.':
    'Das Fenster wurde geschlossen, oder diese Seite sendet Cross-Origin-Opener-Policy: same-origin. Verwende stattdessen same-origin-allow-popups.',
  'Only a person can approve a request.': 'Nur ein Mensch kann eine Anfrage erlauben.',
  'That was too fast. Read the request, then approve.':
    'Das war zu schnell. Lies die Anfrage, dann erlaube sie.',
  'There is more below. Scroll down, then approve.':
    'Unten steht noch mehr. Blättere hinunter, dann erlaube es.',
  'The window just moved. Click again.': 'Das Fenster hat sich gerade bewegt. Klicke noch einmal.',
  'Something covers this window. Move it away, then click again.':
    'Etwas verdeckt dieses Fenster. Schiebe es weg und klicke noch einmal.',
  'The passkey was not used. Try again.':
    'Der Passkey wurde nicht verwendet. Versuche es noch einmal.',
  'This browser cannot use passkeys here.': 'Dieser Browser kann hier keine Passkeys verwenden.',
  'The wallet did not sign. Try again.': 'Die Wallet hat nicht signiert. Versuche es noch einmal.',
  'The service cannot be reached. Try again.':
    'Der Dienst ist nicht erreichbar. Versuche es noch einmal.',
  'The widget failed unexpectedly. Try again.':
    'Das Widget ist unerwartet gescheitert. Versuche es noch einmal.',
} as const;
