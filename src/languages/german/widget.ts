/** The German texts of the widget, and those that it shares with the account page. */
export const WIDGET = {
  Wallet: 'Wallet',
  // Setting up an account
  'Preparing your spaces': 'Deine Bereiche werden vorbereitet',
  'Creating your spaces': 'Deine Bereiche werden angelegt',
  'Creating your encryption network': 'Dein Verschlüsselungsnetz wird angelegt',
  'Preparing your space for secrets': 'Dein Bereich für Geheimnisse wird vorbereitet',
  'Creating your account registry': 'Dein Kontoverzeichnis wird angelegt',
  'Setting up your storage': 'Dein Speicher wird eingerichtet',
  'Your storage is ready': 'Dein Speicher ist bereit',
  'Set-up will finish later': 'Die Einrichtung wird später fertig',
  'under way': 'läuft',
  'not begun': 'nicht begonnen',
  Hide: 'Ausblenden',
  '{done} of {total}': '{done} von {total}',
  'Your storage does not answer yet.': 'Dein Speicher antwortet noch nicht.',
  // Times
  'tomorrow, {time}': 'morgen, {time}',
  'earlier today': 'heute',
  yesterday: 'gestern',
  'on {day}': 'am {day}',
  'from {time}': 'ab {time}',
  'until {time} ({duration})': 'bis {time} ({duration})',
  'until {time}': 'bis {time}',
  'without an end': 'ohne Ende',
  // Messages
  'The app that opened this window cannot be reached, because it sends Cross-Origin-Opener-Policy: same-origin. Its developer can use same-origin-allow-popups instead. You can close this window.':
    'Die App, die dieses Fenster geöffnet hat, ist nicht erreichbar, weil sie Cross-Origin-Opener-Policy: same-origin sendet. Wer sie entwickelt, kann stattdessen same-origin-allow-popups verwenden. Du kannst dieses Fenster schließen.',
  'Apps open this page when you sign in. There is nothing to do here.':
    'Apps öffnen diese Seite, wenn du dich anmeldest. Hier ist nichts zu tun.',
  'That did not work': 'Das hat nicht geklappt',
  Close: 'Schließen',
  'Your account and what is in it stay as they are.':
    'Dein Konto und was darin ist, bleiben, wie sie sind.',
  'You are signed out': 'Du bist abgemeldet',
  'More below': 'Unten geht es weiter',
  // Signing in
  'Follow the instructions of your browser.': 'Folge den Anweisungen deines Browsers.',
  Cancel: 'Abbrechen',
  'No wallet found in this browser.': 'In diesem Browser wurde keine Wallet gefunden.',
  'Continue in your wallet.': 'Mach in deiner Wallet weiter.',
  'Sign in to {host}': 'Bei {host} anmelden',
  'What you store there is kept in your own space.':
    'Was du dort speicherst, liegt in deinem eigenen Bereich.',
  'Continue with a passkey': 'Weiter mit einem Passkey',
  'Continue with a wallet': 'Weiter mit einer Wallet',
  'New here? Create an account': 'Neu hier? Konto anlegen',
  'Use a wallet': 'Wallet verwenden',
  'Your key stays in sealed hardware.': 'Dein Schlüssel bleibt in versiegelter Hardware.',
  'It will see your address.': 'Sie erfährt deine Adresse.',
  Continue: 'Weiter',
  'Use another account': 'Anderes Konto verwenden',
  'Which key does it use?': 'Welchen Schlüssel verwendet sie?',
  'Create with a passkey': 'Mit einem Passkey anlegen',
  Back: 'Zurück',
  'Create an account': 'Konto anlegen',
  'It starts empty. If you have an account already, go back and continue with its passkey.':
    'Es ist am Anfang leer. Wenn du schon ein Konto hast, geh zurück und mach mit seinem Passkey weiter.',
  'Name for your passkey': 'Name für deinen Passkey',
  'You see this name when you sign in.': 'Diesen Namen siehst du beim Anmelden.',
  'There is no real enclave.': 'Es gibt keine echte Enklave.',
  Simulated: 'Simuliert',
  'With your account': 'Mit deinem Konto',
  'Try the passkey again': 'Passkey noch einmal versuchen',
  'No passkey found on this device?': 'Kein Passkey auf diesem Gerät?',
  'None was used. Your account is safe: choose another way in.':
    'Es wurde keiner verwendet. Dein Konto ist sicher: Wähle einen anderen Zugang.',
  'Use my phone or a security key': 'Telefon oder Sicherheitsschlüssel verwenden',
  'Scan a code, or plug the key in': 'Code scannen oder Schlüssel einstecken',
  'Use a recovery code': 'Wiederherstellungscode verwenden',
  'Opens your account, where you add a new passkey':
    'Öffnet dein Konto, in dem du einen neuen Passkey hinzufügst',
  'You are signed in': 'Du bist angemeldet',
  'Returning to {host}…': 'Zurück zu {host}…',
  'Close this window': 'Dieses Fenster schließen',
  'Use a passkey instead': 'Stattdessen einen Passkey verwenden',
  'Choose a wallet': 'Wallet wählen',
  'It signs one short text to prove that it is yours. Nothing is paid.':
    'Sie signiert einen kurzen Text als Beweis, dass sie dir gehört. Es wird nichts bezahlt.',
  'Names and pictures come from the wallets themselves.':
    'Namen und Bilder stammen von den Wallets selbst.',
} as const;
