/** The texts of the client's dialogs, in the language of the browser. */
type DialogTexts = {
  readonly continueTitle: string;
  readonly continueText: (host: string) => string;
  readonly openWindow: string;
  readonly cancel: string;
  readonly refusedTitle: string;
  readonly refusedText: (host: string, appOrigin: string) => string;
  readonly close: string;
};

const ENGLISH: DialogTexts = {
  continueTitle: 'Continue in a window',
  continueText: (host) =>
    `Your browser asks you to continue in a window of ${host}. You come back here when you are done.`,
  openWindow: 'Open the window',
  cancel: 'Cancel',
  refusedTitle: 'This app cannot sign you in yet',
  refusedText: (host, appOrigin) =>
    `${host} does not know this app. The operator of the service must add ${appOrigin} to APP_ORIGINS.`,
  close: 'Close',
};

const GERMAN: DialogTexts = {
  continueTitle: 'Weiter in einem Fenster',
  continueText: (host) =>
    `Dein Browser verlangt, dass du in einem Fenster von ${host} weitermachst. Danach kommst du hierher zurück.`,
  openWindow: 'Fenster öffnen',
  cancel: 'Abbrechen',
  refusedTitle: 'Diese App kann dich noch nicht anmelden',
  refusedText: (host, appOrigin) =>
    `${host} kennt diese App nicht. Wer den Dienst betreibt, muss ${appOrigin} in APP_ORIGINS eintragen.`,
  close: 'Schließen',
};

/** Returns the texts in the language that the browser prefers, English if it is none of them. */
export const dialogTexts = (): DialogTexts =>
  /^de\b/i.test(navigator.language) ? GERMAN : ENGLISH;
