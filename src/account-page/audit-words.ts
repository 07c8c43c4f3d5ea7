/** Describes entries of the audit trail in sentences. */
import type { Account } from '../api/account.js';
import type { AuditEntry } from '../api/audit.js';
import { type Child, element } from '../pages/element.js';
import type { IconName } from '../pages/icons.js';
import type { Tone } from './parts.js';
import { nameOf } from './way-words.js';
import { t, tNodes } from '../pages/translate.js';

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
  ['autoSignEnabled', t('Setup with an approval')],
  ['delegateSignEnabled', t('Setup without a click')],
]);

const VIAS: ReadonlyMap<string, string> = new Map([
  ['review', t('You approved it')],
  ['delegate', t('Without a click, as you allowed')],
  ['browser', t('In a browser')],
]);

const switchName = (of: Named['of']): string => SWITCH_NAMES.get(of('name')) ?? t('A switch');

const viaOf = (of: Named['of']): string => VIAS.get(of('via')) ?? '';

const ROWS: ReadonlyMap<string, Row> = new Map<AuditEntry['type'], Row>([
  [
    'account-created',
    [
      'change',
      'check',
      'good',
      ({ way }) => [tNodes('Your account was created with {way}', { way })],
    ],
  ],
  [
    'signed-in',
    ['sign-in', 'key', 'quiet', ({ way }) => [tNodes('Signed in with {way}', { way })]],
  ],
  [
    'sign-in-refused',
    ['sign-in', 'alert', 'bad', ({ way }) => [tNodes('A sign-in with {way} was refused', { way })]],
  ],
  ['signed-out', ['sign-in', 'exit', 'quiet', () => [[t('Signed out')]]]],
  [
    'session-revoked',
    ['sign-in', 'exit', 'quiet', () => [[t('A device was signed out')], t('From another device')]],
  ],
  [
    'session-reused',
    [
      'sign-in',
      'alert',
      'bad',
      () => [
        [t('A device was signed out')],
        t('An old token of its session was used again, so somebody may have copied it'),
      ],
    ],
  ],
  [
    'credential-added',
    [
      'change',
      'shield',
      'good',
      ({ way }) => [tNodes('A way to get in was added: {way}', { way })],
    ],
  ],
  [
    'credential-renamed',
    [
      'change',
      'shield',
      'quiet',
      ({ way }) => [tNodes('A way to get in was renamed: {way}', { way })],
    ],
  ],
  [
    'credential-removed',
    [
      'change',
      'shield',
      'notice',
      ({ way }) => [tNodes('A way to get in was removed: {way}', { way })],
    ],
  ],
  [
    'credential-unblocked',
    [
      'change',
      'shield',
      'notice',
      ({ way }) => [tNodes('A blocked passkey was unblocked: {way}', { way })],
    ],
  ],
  [
    'recovery-codes-created',
    ['change', 'shield', 'good', () => [[t('New recovery codes were created')]]],
  ],
  [
    'recovery-code-used',
    [
      'sign-in',
      'alert',
      'notice',
      ({ of }) => [
        [t('A recovery code was used to sign in')],
        t('{count} are left', { count: of('left') }),
      ],
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
          of('value') === 'true'
            ? t('{name} was turned on', { name: switchName(of) })
            : t('{name} was turned off', { name: switchName(of) }),
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
      ({ app }) => [
        tNodes('{app} was stopped', { app }),
        t('Its next request is shown to you in full'),
      ],
    ],
  ],
  [
    'key-created',
    ['change', 'key', 'good', ({ key }) => [tNodes('A key was created: {key}', { key })]],
  ],
  [
    'key-renamed',
    ['change', 'key', 'quiet', ({ key }) => [tNodes('A key was renamed: {key}', { key })]],
  ],
  [
    'key-exported',
    [
      'change',
      'download',
      'notice',
      ({ key }) => [
        tNodes('A copy of {key} was exported', { key }),
        t('Whoever has the file and the passphrase is you'),
      ],
    ],
  ],
  [
    'key-archived',
    ['change', 'archive', 'quiet', ({ key }) => [tNodes('{key} was archived', { key })]],
  ],
  [
    'key-unarchived',
    ['change', 'archive', 'quiet', ({ key }) => [tNodes('{key} was restored', { key })]],
  ],
  [
    'review-created',
    [
      'approval',
      'question',
      'quiet',
      ({ app, key }) => [
        tNodes('{app} asked for a signature of {key}', { app, key }),
        t('You were asked'),
      ],
    ],
  ],
  [
    'signed',
    [
      'approval',
      'check',
      'good',
      ({ of, app, key }) => [tNodes('{app} got a signature of {key}', { app, key }), viaOf(of)],
    ],
  ],
  [
    'signature-refused',
    [
      'approval',
      'alert',
      'bad',
      ({ app, key }) => [
        tNodes('{app} was refused a signature of {key}', { app, key }),
        t('Nothing was signed'),
      ],
    ],
  ],
  [
    'bootstrap-started',
    [
      'change',
      'box',
      'quiet',
      ({ key }) => [tNodes('The setup of the storage of {key} started', { key })],
    ],
  ],
  [
    'bootstrap-complete',
    ['change', 'check', 'good', ({ key }) => [tNodes('The storage of {key} was set up', { key })]],
  ],
  [
    'bootstrap-failed',
    [
      'change',
      'alert',
      'notice',
      ({ key }) => [
        tNodes('The setup of the storage of {key} stopped', { key }),
        t('Nothing is lost'),
      ],
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
  const gone = of('credential').startsWith('wallet')
    ? t('a removed wallet')
    : t('a removed passkey');
  const origin = of('appOrigin');
  const found = ROWS.get(entry.type);
  if (found === undefined) {
    return { kind: 'change', sign: 'list', tone: 'quiet', sentence: [entry.type], more: '' };
  }
  const [kind, sign, tone, say] = found;
  const [sentence, more = ''] = say({
    of,
    key: bold(key?.label ?? t('a key')),
    way: way === undefined ? element('span', {}, gone) : bold(nameOf(way)),
    app: bold(origin === '' ? t('A program') : hostOf(origin)),
  });
  return { kind, sign, tone, sentence, more };
}
