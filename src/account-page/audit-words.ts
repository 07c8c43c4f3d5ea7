/** Describes entries of the audit trail in sentences. */
import type { Account } from '../api/account.js';
import type { AuditEntry } from '../api/audit.js';
import { nameOf } from './credentials-section.js';

type Say = (detail: {
  /** Returns a member as text, or an empty text if there is none. */
  readonly of: (name: string) => string;
  readonly key: string;
  readonly credential: string;
}) => string;

const SWITCH_NAMES: ReadonlyMap<string, string> = new Map([
  ['autoSignEnabled', 'Account setup with a sign-in'],
  ['delegateSignEnabled', 'Account setup without a click'],
]);

const VIAS: ReadonlyMap<string, string> = new Map([
  ['program', 'by a program'],
  ['review', 'after you approved it'],
  ['delegate', 'without a click'],
  ['browser', 'in a browser'],
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
  ['session-revoked', () => 'A session was ended from another session.'],
  ['session-reused', () => 'An old token of a session was used again, so the session was ended.'],
  ['credential-added', ({ credential }) => `A sign-in method was added: ${credential}.`],
  ['credential-renamed', ({ credential }) => `A sign-in method was renamed: ${credential}.`],
  ['credential-removed', ({ credential }) => `A sign-in method was removed: ${credential}.`],
  ['credential-unblocked', ({ credential }) => `A blocked passkey was unblocked: ${credential}.`],
  ['recovery-codes-created', () => 'New recovery codes were created.'],
  [
    'recovery-code-used',
    ({ of }) => `A recovery code was used to sign in. ${of('left')} are left.`,
  ],
  [
    'preference-changed',
    ({ of }) =>
      `${SWITCH_NAMES.get(of('name')) ?? of('name')} was turned ${of('value') === 'true' ? 'on' : 'off'}.`,
  ],
  ['app-stopped', ({ of }) => `${of('appOrigin')} was stopped. Its next request asks again.`],
  ['key-created', ({ key }) => `A key was created: ${key}.`],
  ['key-renamed', ({ key }) => `A key was renamed: ${key}.`],
  ['key-archived', ({ key }) => `${key} was archived.`],
  ['key-unarchived', ({ key }) => `${key} was restored.`],
  ['key-exported', ({ key }) => `A copy of ${key} was exported.`],
  [
    'review-created',
    ({ of, key }) =>
      `A request${forApp(of('appOrigin'))} to sign with ${key} was shown for approval.`,
  ],
  ['signed', ({ of, key }) => `${key} signed ${via(of('via'))}${forApp(of('appOrigin'))}.`],
  [
    'signature-refused',
    ({ of, key }) => `A signature of ${key} ${via(of('via'))} was refused (${of('code')}).`,
  ],
  [
    'bootstrap-started',
    ({ of, key }) =>
      `The setup of the TinyCloud account of ${key} started (attempt ${of('attempt')}).`,
  ],
  ['bootstrap-complete', ({ key }) => `The TinyCloud account of ${key} was set up.`],
  [
    'bootstrap-failed',
    ({ of, key }) =>
      `The setup of the TinyCloud account of ${key} failed (${of('code')}); nothing is lost.`,
  ],
]);

/** Returns the sentence of an entry, or its type if this page does not know it. */
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
        ? `a ${of('credential').startsWith('wallet') ? 'wallet' : 'passkey'} that was removed`
        : `“${nameOf(credential)}”`,
  });
}
