/** Returns the browser's locale if it is of this language, and else the language. */
export const localeFor = (language: string, browserLocale: string): string =>
  new Intl.Locale(browserLocale).language === language ? browserLocale : language;
