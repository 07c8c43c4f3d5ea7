/**
 * Texts in the language of the page. The service wrote the table of that language into the
 * document; an English page has none, because the English sentences are the keys.
 */
import type { Message } from '../languages/german/page-messages.js';
import { fillMessage, piecesOf, type Table, type ValuesOf } from '../languages/message.js';
import type { Child } from './element.js';

/** The table, or an empty one outside a browser. */
function readTable(): Table {
  const found = globalThis.document?.querySelector('#messages')?.textContent ?? '';
  return found === '' ? {} : (JSON.parse(found) as Table);
}

const TABLE = readTable();

/** The language of the page's words, as a tag of BCP 47. */
export const LANGUAGE = globalThis.document?.documentElement.lang || 'en';

/** Returns a message in the language of the page. */
export const t = <M extends Message>(
  message: M,
  ...[values]: ValuesOf<M, string | number>
): string => fillMessage(TABLE, message, values);

/** Returns a message in the language of the page, with elements in the places of its values. */
export const tNodes = <M extends Message>(
  message: M,
  ...[values]: ValuesOf<M, Child>
): readonly Child[] => piecesOf<Child>(TABLE[message] ?? message, values ?? {});

/** Returns a sentence that another part wrote, in the language of the page if the table has it. */
export const translated = (sentence: string): string => TABLE[sentence] ?? sentence;
