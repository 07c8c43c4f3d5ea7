/** The table of each language for each kind of text. English has none, because it is the key. */
import { ERROR_TABLE } from '../error-table.js';
import { DOCUMENTS } from './german/documents.js';
import { ACCOUNT_MESSAGES, WIDGET_MESSAGES } from './german/page-messages.js';
import { REPLIES } from './german/replies.js';
import { SERVICE_ERRORS } from './german/service-errors.js';
import type { Language } from './language.js';
import { fillMessage, type Table, type ValuesOf } from './message.js';

const GERMAN_ERRORS = new Map<string, string>(Object.entries(SERVICE_ERRORS));

/** The sentences of the service's errors, by the English sentence. */
const SERVICE_SENTENCES: Table = Object.fromEntries(
  Object.entries(ERROR_TABLE).flatMap(([code, { sentence }]) => {
    const translation = GERMAN_ERRORS.get(code);
    return translation === undefined ? [] : [[sentence, translation]];
  }),
);

/** The messages that the script of a page shows, with the errors that it may be told. */
export const PAGE_TABLES: {
  readonly [page in 'widget' | 'account']: { readonly [language in Language]: Table };
} = {
  widget: { en: {}, de: { ...WIDGET_MESSAGES, ...SERVICE_SENTENCES } },
  account: { en: {}, de: { ...ACCOUNT_MESSAGES, ...SERVICE_SENTENCES } },
};

const SERVICE_TEXTS = { ...DOCUMENTS, ...REPLIES } as const;

const SERVICE_TABLES: { readonly [language in Language]: Table } = { en: {}, de: SERVICE_TEXTS };

/** Returns a text of a document or of a reply in a language. */
export const serviceText = <M extends keyof typeof SERVICE_TEXTS>(
  language: Language,
  message: M,
  ...[values]: ValuesOf<M, string | number>
): string => fillMessage(SERVICE_TABLES[language], message, values);
