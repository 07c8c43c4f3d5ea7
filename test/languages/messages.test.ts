/**
 * Tests that every text that a person reads is a message, and that each language has all of them.
 */
import { readdirSync } from 'node:fs';
import { type Expression, type Literal, parse, type TemplateLiteral } from 'acorn';
import { ancestor, simple } from 'acorn-walk';
import type { Endpoint } from '../../src/api/endpoint.js';
import * as contract from '../../src/api/problem.js';
import type { ErrorCode } from '../../src/errors.js';
import { ERROR_TABLE } from '../../src/error-table.js';
import { ACCOUNT_MESSAGES, WIDGET_MESSAGES } from '../../src/languages/german/page-messages.js';
import { REVIEWS } from '../../src/languages/german/reviews.js';
import { RIGHTS } from '../../src/languages/german/rights.js';
import { SERVICE_ERRORS } from '../../src/languages/german/service-errors.js';
import { chooseLanguage } from '../../src/languages/language.js';
import { fillMessage, piecesOf } from '../../src/languages/message.js';
import { PAGE_TABLES } from '../../src/languages/tables.js';
import { readPageFiles } from '../../src/http/pages/page-files.js';
import { modulesOf } from '../../src/http/pages/page-modules.js';
import { WIDGET_ERRORS } from '../../src/wire/error-codes.js';
import { test } from '../test.js';

const FILES = readPageFiles();

const ENTRIES = { widget: '/widget/main.js', account: '/account-page/main.js' } as const;

const programOf = (path: `/${string}`) =>
  parse(FILES.get(path)?.text ?? '', { ecmaVersion: 'latest', sourceType: 'module' });

const modulesOfPage = (page: keyof typeof ENTRIES): readonly `/${string}`[] =>
  [ENTRIES[page], ...modulesOf(FILES, ENTRIES[page])] as readonly `/${string}`[];

/** The texts that an expression can be, as far as they are written in it. */
function textsIn(node: Expression | undefined): readonly string[] {
  if (node?.type === 'Literal') return typeof node.value === 'string' ? [node.value] : [];
  if (node?.type === 'ConditionalExpression') {
    return [...textsIn(node.consequent), ...textsIn(node.alternate)];
  }
  return [];
}

/** The messages that a module shows. */
function messagesIn(path: `/${string}`): readonly string[] {
  const found: string[] = [];
  simple(programOf(path), {
    CallExpression({ callee, arguments: [first] }) {
      if (callee.type !== 'Identifier' || !['t', 'tNodes'].includes(callee.name)) return;
      if (first?.type !== 'SpreadElement') found.push(...textsIn(first));
    },
  });
  return found;
}

for (const page of ['widget', 'account'] as const) {
  test(`the German table of the ${page} page has each message of its modules`, (t) => {
    const table = PAGE_TABLES[page].de;
    const messages = [...modulesOfPage(page).flatMap(messagesIn), ...Object.values(WIDGET_ERRORS)];
    t.true(messages.length > 100, String(messages.length));
    t.deepEqual(
      messages.filter((each) => table[each] === undefined),
      [],
    );
  });
}

test('no message of a table is unused', (t) => {
  const used = new Set<string>([
    ...modulesOfPage('widget').flatMap(messagesIn),
    ...modulesOfPage('account').flatMap(messagesIn),
    ...Object.values(WIDGET_ERRORS),
  ]);
  const listed = Object.keys({ ...WIDGET_MESSAGES, ...ACCOUNT_MESSAGES });
  t.deepEqual(
    listed.filter((each) => !used.has(each)),
    [],
  );
});

const placesIn = (message: string): readonly string[] =>
  [...message.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name).toSorted();

test('a translation has the values of its message, and says something', (t) => {
  const all = { ...WIDGET_MESSAGES, ...ACCOUNT_MESSAGES, ...REVIEWS, ...RIGHTS };
  for (const [message, translation] of Object.entries(all)) {
    t.deepEqual(placesIn(translation), placesIn(message), message);
    t.not(translation.trim(), '', message);
  }
});

const isEndpoint = (value: unknown): value is Endpoint =>
  typeof value === 'object' && value !== null && 'path' in value && 'errors' in value;

/** The codes that endpoints declare, beside those that all of them share. */
async function endpointCodes(): Promise<readonly ErrorCode[]> {
  const folder = new URL('../../src/api/', import.meta.url);
  const codes: ErrorCode[] = [];
  for (const name of readdirSync(folder).filter((each) => each.endsWith('.js'))) {
    const module = (await import(new URL(name, folder).href)) as Readonly<Record<string, unknown>>;
    codes.push(
      ...Object.values(module)
        .filter(isEndpoint)
        .flatMap(({ errors }) => errors),
    );
  }
  return codes;
}

test('each error of a route that people use has a sentence in German', async (t) => {
  const declared = await endpointCodes();
  t.true(declared.includes('ERR_REVIEW_USED'));
  const codes = new Set<ErrorCode>([
    ...declared,
    ...contract.ANY_ERRORS,
    ...contract.BODY_ERRORS,
    ...contract.SESSION_ERRORS,
    ...contract.CHANGE_ERRORS,
  ]);
  t.deepEqual(
    [...codes].filter((code) => !Object.hasOwn(SERVICE_ERRORS, code)),
    [],
  );
  const { sentence } = ERROR_TABLE.ERR_SESSION_EXPIRED;
  t.is(PAGE_TABLES.account.de[sentence], SERVICE_ERRORS.ERR_SESSION_EXPIRED);
});

test('a browser gets its preferred language of those that exist, and English otherwise', (t) => {
  for (const [accepted, language] of [
    [undefined, 'en'],
    ['', 'en'],
    ['*', 'en'],
    ['de', 'de'],
    ['de-AT, en;q=0.5', 'de'],
    ['fr, de;q=0.8, en;q=0.9', 'en'],
    ['fr', 'en'],
    ['en, de', 'en'],
    ['de;q=0', 'en'],
    [',;=q', 'en'],
  ] as const) {
    t.is(chooseLanguage(accepted), language, accepted);
  }
});

test('a value is put into a message as it is, even if it looks like a place', (t) => {
  t.is(fillMessage({}, 'Stop {host}?', { host: '{host} & {phrase}' }), 'Stop {host} & {phrase}?');
  t.deepEqual(piecesOf('{a} and {b}', { a: 1, b: 2 }), [1, ' and ', 2]);
  t.is(fillMessage({ Hello: 'Hallo' }, 'Hello'), 'Hallo');
});

/** Attributes and members whose texts no person reads. */
const UNREAD =
  /^(?:class|className|d|viewBox|transform|id|name|type|role|href|for|autocomplete|maxlength|scope|data-.*|http-equiv)$/;
/** Functions whose texts no person reads. */
const UNREAD_CALLS =
  /^(?:querySelector|querySelectorAll|matches|closest|addEventListener|getElementById|setAttribute|removeAttribute|icon|iconPath|pathElement|decoration|PageError|callService|test|split|join|replace|startsWith|endsWith|includes|fetchText|DateTimeFormat|svgElement)$/;
/** Files whose texts are paths of pictures, names of products, or bytes. */
const UNREAD_FILES =
  /\/(?:icons|mark|rosette|svg|device-words|consent|passkeys|passkey-json|wallet|find-wallets)\.js$/;
/** Texts that are the same in every language. */
const SAME = new Set(['Sealwright', 'Escape', 'Enter', 'PageError']);
const COMMAND = /^npm run /;

/**
 * Whether a text is words for a person: it has a space between words or begins as a sentence does.
 */
const isWords = (text: string): boolean =>
  (/\p{L}{2,}[,.:;!?]? \p{L}/u.test(text) || /^\p{Lu}\p{Ll}+/u.test(text)) &&
  !SAME.has(text) &&
  !COMMAND.test(text);

test('every text of a page that a person reads is a message', (t) => {
  const offenders: string[] = [];
  const paths = new Set([...modulesOfPage('widget'), ...modulesOfPage('account')]);
  for (const path of paths) {
    if (!/^\/(?:widget|account-page|pages)\//.test(path) || UNREAD_FILES.test(path)) continue;
    const judge = (node: Literal | TemplateLiteral, ancestors: readonly object[]): void => {
      const text =
        node.type === 'Literal'
          ? String(node.value)
          : node.quasis.map((q) => q.value.raw).join('…');
      if (isWords(text) && !isUnread(ancestors)) offenders.push(`${path}: ${text}`);
    };
    ancestor(programOf(path), {
      Literal: (node, _state, ancestors) => {
        if (typeof node.value === 'string') judge(node, ancestors);
      },
      TemplateLiteral: (node, _state, ancestors) => judge(node, ancestors),
    });
  }
  t.deepEqual(offenders, []);
});

type Ancestor = {
  readonly type: string;
  readonly left?: { readonly property?: { readonly name?: string } };
  readonly key?: { readonly name?: string; readonly value?: unknown };
  readonly callee?: { readonly name?: string; readonly property?: { readonly name?: string } };
};

function isUnread(ancestors: readonly object[]): boolean {
  for (const each of (ancestors as readonly Ancestor[]).toReversed()) {
    const name = each.callee?.name ?? each.callee?.property?.name;
    if (name === 't' || name === 'tNodes') return true;
    if (name !== undefined && UNREAD_CALLS.test(name)) return true;
    if (each.type === 'Property' && UNREAD.test(String(each.key?.name ?? each.key?.value)))
      return true;
    if (UNREAD.test(each.left?.property?.name ?? '')) return true;
    if (/Function|Statement|Declaration/.test(each.type)) return false;
  }
  return false;
}
