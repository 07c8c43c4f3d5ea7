/** Describes entries of the audit trail in sentences. */
import type { Account } from '../api/account.js';
import type { AuditEntry } from '../api/audit.js';
import { type Child, element } from '../pages/element.js';
import type { IconName } from '../pages/icons.js';
import type { Tone } from './parts.js';
import { nameOf } from './way-words.js';

/** What a person can filter by. */
export type AuditKind = 'approval' | 'sign-in' | 'change';

/** An entry as the page shows it. */
export type AuditWords = {
  readonly kind: AuditKind;
  readonly sign: IconName;
  readonly tone: Tone;
  readonly sentence: readonly Child[];
  readonly more: string;
};

type Named = {
  /** Returns a member as text, or an empty text if there is none. */
  readonly of: (name: string) => string;
  readonly key: HTMLElement;
  readonly way: HTMLElement;
  /** The app, or "A program" where none is recorded. */
  readonly app: HTMLElement;
};

type Say = (named: Named) => readonly [sentence: readonly Child[], more?: string];
type Row = readonly [kind: AuditKind, sign: IconName, tone: Tone, say: Say];

const SWITCH_NAMES: ReadonlyMap<string, string> = new Map([
  ['autoSignEnabled', 'Setup with an approval'],
  ['delegateSignEnabled', 'Setup without a click'],
]);

const VIAS: ReadonlyMap<string, string> = new Map([
  ['review', 'You approved it'],
  ['delegate', 'Without a click, as you allowed'],
  ['browser', 'In a browser'],
]);

const viaOf = (of: Named['of']): string => VIAS.get(of('via')) ?? '';

const ROWS: ReadonlyMap<string, Row> = new Map<AuditEntry['type'], Row>([
  [
    'account-created',
    ['change', 'check', 'good', ({ way }) => [['Your account was created with ', way]]],
  ],
  ['signed-in', ['sign-in', 'key', 'quiet', ({ way }) => [['Signed in with ', way]]]],
  [
    'sign-in-refused',
    ['sign-in', 'alert', 'bad', ({ way }) => [['A sign-in with ', way, ' was refused']]],
  ],
  ['signed-out', ['sign-in', 'exit', 'quiet', () => [['Signed out']]]],
  [
    'session-revoked',
    ['sign-in', 'exit', 'quiet', () => [['A device was signed out'], 'From another device']],
  ],
  [
    'session-reused',
    [
      'sign-in',
      'alert',
      'bad',
      () => [
        ['A device was signed out'],
        'An old token of its session was used again, so somebody may have copied it',
      ],
    ],
  ],
  [
    'credential-added',
    ['change', 'shield', 'good', ({ way }) => [['A way to get in was added: ', way]]],
  ],
  [
    'credential-renamed',
    ['change', 'shield', 'quiet', ({ way }) => [['A way to get in was renamed: ', way]]],
  ],
  [
    'credential-removed',
    ['change', 'shield', 'notice', ({ way }) => [['A way to get in was removed: ', way]]],
  ],
  [
    'credential-unblocked',
    ['change', 'shield', 'notice', ({ way }) => [['A blocked passkey was unblocked: ', way]]],
  ],
  [
    'recovery-codes-created',
    ['change', 'shield', 'good', () => [['New recovery codes were created']]],
  ],
  [
    'recovery-code-used',
    [
      'sign-in',
      'alert',
      'notice',
      ({ of }) => [['A recovery code was used to sign in'], `${of('left')} are left`],
    ],
  ],
  [
    'preference-changed',
    [
      'change',
      'sliders',
      'quiet',
      ({ of }) => [
        [
          `${SWITCH_NAMES.get(of('name')) ?? 'A switch'} was turned ${of('value') === 'true' ? 'on' : 'off'}`,
        ],
      ],
    ],
  ],
  [
    'app-stopped',
    [
      'change',
      'close',
      'notice',
      ({ app }) => [[app, ' was stopped'], 'Its next request is shown to you in full'],
    ],
  ],
  ['key-created', ['change', 'key', 'good', ({ key }) => [['A key was created: ', key]]]],
  ['key-renamed', ['change', 'key', 'quiet', ({ key }) => [['A key was renamed: ', key]]]],
  [
    'key-exported',
    [
      'change',
      'download',
      'notice',
      ({ key }) => [
        ['A copy of ', key, ' was exported'],
        'Whoever has the file and the passphrase is you',
      ],
    ],
  ],
  ['key-archived', ['change', 'archive', 'quiet', ({ key }) => [[key, ' was archived']]]],
  ['key-unarchived', ['change', 'archive', 'quiet', ({ key }) => [[key, ' was restored']]]],
  [
    'review-created',
    [
      'approval',
      'question',
      'quiet',
      ({ app, key }) => [[app, ' asked for a signature of ', key], 'You were asked'],
    ],
  ],
  [
    'signed',
    [
      'approval',
      'check',
      'good',
      ({ of, app, key }) => [[app, ' got a signature of ', key], viaOf(of)],
    ],
  ],
  [
    'signature-refused',
    [
      'approval',
      'alert',
      'bad',
      ({ app, key }) => [[app, ' was refused a signature of ', key], 'Nothing was signed'],
    ],
  ],
  [
    'bootstrap-started',
    ['change', 'box', 'quiet', ({ key }) => [['The setup of the storage of ', key, ' started']]],
  ],
  [
    'bootstrap-complete',
    ['change', 'check', 'good', ({ key }) => [['The storage of ', key, ' was set up']]],
  ],
  [
    'bootstrap-failed',
    [
      'change',
      'alert',
      'notice',
      ({ key }) => [['The setup of the storage of ', key, ' stopped'], 'Nothing is lost'],
    ],
  ],
]);

const bold = (text: string): HTMLElement => element('b', {}, text);

/** Returns a member of an entry as text, or an empty text if there is none. */
export const detailOf = ({ detail }: AuditEntry, name: string): string =>
  String(new Map(Object.entries(detail)).get(name) ?? '');

/** Returns the host of an app, as a person knows it. */
export const hostOf = (origin: string): string => origin.replace(/^https?:\/\//, '');

/** Returns what the page shows of an entry. An entry of an unknown type is shown by its type. */
export function wordsOf(entry: AuditEntry, account: Account): AuditWords {
  const of = (name: string): string => detailOf(entry, name);
  const key = account.keys.find(({ id }) => id === of('keyId'));
  const way = account.credentials.find(({ id }) => id === of('credential'));
  const gone = of('credential').startsWith('wallet') ? 'a removed wallet' : 'a removed passkey';
  const origin = of('appOrigin');
  const found = ROWS.get(entry.type);
  if (found === undefined) {
    return { kind: 'change', sign: 'list', tone: 'quiet', sentence: [entry.type], more: '' };
  }
  const [kind, sign, tone, say] = found;
  const [sentence, more = ''] = say({
    of,
    key: bold(key?.label ?? 'a key'),
    way: way === undefined ? element('span', {}, gone) : bold(nameOf(way)),
    app: bold(origin === '' ? 'A program' : hostOf(origin)),
  });
  return { kind, sign, tone, sentence, more };
}
