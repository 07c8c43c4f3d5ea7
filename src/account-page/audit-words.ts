/** Entries of the audit trail as sentences. */
import type { Account } from '../api/account.js';
import type { AuditEntry } from '../api/audit.js';
import { nameOf } from './credentials-section.js';

type Say = (detail: {
  /** A member as text; empty where there is none. */
  readonly of: (name: string) => string;
  readonly key: string;
  readonly credential: string;
}) => string;

const SWITCH_NAMES: ReadonlyMap<string, string> = new Map([
  ['autoSignEnabled', 'Setting up the account with a sign-in'],
  ['delegateSignEnabled', 'Setting up the account without a click'],
]);

const VIAS: ReadonlyMap<string, string> = new Map([
  ['program', 'by a program'],
  ['review', 'after you approved it'],
  ['delegate', 'without a click'],
  ['browser', 'for a page'],
]);

const via = (name: string): string => VIAS.get(name) ?? name;
const forApp = (origin: string): string => (origin === '' ? '' : ` for ${origin}`);

const SENTENCES: ReadonlyMap<string, Say> = new Map<AuditEntry['type'], Say>([
  ['account-created', ({ credential }) => `The account was created with ${credential}.`],
  ['signed-in', ({ credential }) => `Signed in with ${credential}.`],
  [
    'sign-in-refused',
    ({ of, credential }) => `A sign-in with ${credential} was refused (${of('code')}).`,
  ],
  ['signed-out', () => 'Signed out.'],
  ['session-revoked', () => 'A session was ended from another one.'],
  ['session-reused', () => 'An old token of a session came back, so that session was ended.'],
  ['credential-added', ({ credential }) => `A way to sign in was added: ${credential}.`],
  ['credential-renamed', ({ credential }) => `A way to sign in was renamed: ${credential}.`],
  ['credential-removed', ({ credential }) => `A way to sign in was removed: ${credential}.`],
  ['credential-unblocked', ({ credential }) => `A blocked passkey was unblocked: ${credential}.`],
  [
    'preference-changed',
    ({ of }) =>
      `${SWITCH_NAMES.get(of('name')) ?? of('name')} was switched ${of('value') === 'true' ? 'on' : 'off'}.`,
  ],
  ['key-created', ({ key }) => `A key was created: ${key}.`],
  ['key-renamed', ({ key }) => `A key was renamed: ${key}.`],
  ['key-archived', ({ key }) => `${key} was archived.`],
  ['key-unarchived', ({ key }) => `${key} was brought back.`],
  [
    'review-created',
    ({ of, key }) => `A request was shown for approval${forApp(of('appOrigin'))}, to ${key}.`,
  ],
  ['signed', ({ of, key }) => `${key} signed ${via(of('via'))}${forApp(of('appOrigin'))}.`],
  [
    'signature-refused',
    ({ of, key }) => `A signature of ${key} ${via(of('via'))} was refused (${of('code')}).`,
  ],
  [
    'bootstrap-started',
    ({ of, key }) => `Setting up the TinyCloud account of ${key} began (attempt ${of('attempt')}).`,
  ],
  ['bootstrap-complete', ({ key }) => `The TinyCloud account of ${key} was set up.`],
  [
    'bootstrap-failed',
    ({ of, key }) =>
      `Setting up the TinyCloud account of ${key} did not succeed (${of('code')}); nothing is lost.`,
  ],
]);

/** The sentence of an entry; its bare type for one that this page does not know. */
export function sentenceOfEntry({ type, detail }: AuditEntry, account: Account): string {
  const members = new Map(Object.entries(detail));
  const of = (name: string): string => String(members.get(name) ?? '');
  const key = account.keys.find(({ id }) => id === of('keyId'));
  const credential = account.credentials.find(({ id }) => id === of('credential'));
  const say = SENTENCES.get(type);
  if (say === undefined) return type;
  return say({
    of,
    key: key === undefined ? 'a key' : `key “${key.label}”`,
    credential:
      credential === undefined
        ? `a ${of('credential').startsWith('wallet') ? 'wallet' : 'passkey'} that is gone`
        : `“${nameOf(credential)}”`,
  });
}
