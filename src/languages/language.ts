import Negotiator from 'negotiator';

/** The languages that people can read, the default first (BCP 47). */
export const LANGUAGES = ['en', 'de'] as const;

export type Language = (typeof LANGUAGES)[number];

/** Returns the preferred language of an `Accept-Language` header (RFC 9110, 12.5.4). */
export function chooseLanguage(accepted: string | undefined): Language {
  const negotiator = new Negotiator({ headers: { 'accept-language': accepted } });
  const preferred = negotiator.language([...LANGUAGES]);
  return LANGUAGES.find((each) => each === preferred) ?? LANGUAGES[0];
}

/** Returns the language of a request. `header` reads one of its headers. */
export const languageOf = (header: (name: string) => string | undefined): Language =>
  chooseLanguage(header('accept-language'));
