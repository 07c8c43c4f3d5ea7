/** What the service says of an account, as far as it is well formed: what is not is left out. */
import { isFields } from '../wire/read-message.js';
import { callService } from '../pages/service-api.js';
import { PageError } from '../pages/page-error.js';

type Fields = { readonly [name: string]: unknown };

export type Key = {
  readonly id: string;
  readonly address: string;
  readonly label: string;
  readonly createdAt: string;
  readonly archivedAt?: string;
};

export type Credential = {
  readonly id: string;
  readonly kind: 'passkey' | 'wallet';
  readonly name?: string;
  readonly address?: string;
  /** Of a passkey: whether a copy of it is kept by its maker's synchronization. */
  readonly isBackedUp: boolean;
  readonly addedAt: string;
  readonly lastUsedAt?: string;
  readonly clonedAt?: string;
};

export type Account = {
  readonly id: string;
  readonly createdAt: string;
  readonly credentials: readonly Credential[];
  readonly keys: readonly Key[];
  readonly autoSignEnabled: boolean;
  readonly delegateSignEnabled: boolean;
};

export type Session = {
  readonly id: string;
  readonly isBrowser: boolean;
  readonly credentialId: string;
  readonly isCurrent: boolean;
  readonly createdAt: string;
  readonly lastSeenAt: string;
  readonly expiresAt: string;
};

export type Bootstrap = {
  readonly status: 'none' | 'pending' | 'complete' | 'failed';
  readonly steps: ReadonlyMap<string, string>;
  readonly attempts: number;
  readonly nextAttemptAt?: string;
  readonly completedAt?: string;
  readonly errorCode?: string;
};

export type AuditEntry = {
  readonly seq: number;
  readonly at: string;
  readonly type: string;
  readonly detail: ReadonlyMap<string, string | number | boolean>;
};

export type AuditPage = {
  readonly entries: readonly AuditEntry[];
  readonly firstSeq: number;
  readonly lastSeq: number;
};

const text = (value: unknown): string => (typeof value === 'string' ? value : '');

const whole = (value: unknown): number => (Number.isSafeInteger(value) ? Number(value) : 0);

/** The members of these names that are texts. */
function texts<N extends string>(from: Fields, ...names: N[]): { readonly [name in N]?: string } {
  const found = names.filter((name) => typeof from[name] === 'string');
  return Object.fromEntries(found.map((name) => [name, from[name]])) as { [name in N]?: string };
}

export const listOf = <T>(value: unknown, read: (from: Fields) => T): readonly T[] =>
  Array.isArray(value) ? value.filter(isFields).map(read) : [];

const readKey = (from: Fields): Key => ({
  id: text(from['id']),
  address: text(from['address']),
  label: text(from['label']),
  createdAt: text(from['createdAt']),
  ...texts(from, 'archivedAt'),
});

const readCredential = (from: Fields): Credential => ({
  id: text(from['id']),
  kind: from['kind'] === 'wallet' ? 'wallet' : 'passkey',
  isBackedUp: from['backedUp'] === true,
  addedAt: text(from['addedAt']),
  ...texts(from, 'name', 'address', 'lastUsedAt', 'clonedAt'),
});

const readSession = (from: Fields): Session => ({
  id: text(from['id']),
  isBrowser: from['transport'] === 'cookie',
  credentialId: text(from['credentialId']),
  isCurrent: from['current'] === true,
  createdAt: text(from['createdAt']),
  lastSeenAt: text(from['lastSeenAt']),
  expiresAt: text(from['expiresAt']),
});

function readEntry(from: Fields): AuditEntry {
  const detail = isFields(from['detail']) ? Object.entries(from['detail']) : [];
  const isPlain = (value: unknown): value is string | number | boolean =>
    ['string', 'number', 'boolean'].includes(typeof value);
  return {
    seq: whole(from['seq']),
    at: text(from['at']),
    type: text(from['type']),
    detail: new Map(
      detail.flatMap(([name, value]) => (isPlain(value) ? [[name, value] as const] : [])),
    ),
  };
}

/** The account that is signed in. Rejects with the service's code. */
export async function getAccount(): Promise<Account> {
  const from = await callService('GET', '/api/account');
  return {
    id: text(from['id']),
    createdAt: text(from['createdAt']),
    credentials: listOf(from['credentials'], readCredential),
    keys: listOf(from['keys'], readKey),
    autoSignEnabled: from['autoSignEnabled'] === true,
    delegateSignEnabled: from['delegateSignEnabled'] === true,
  };
}

export const isSessionOver = (error: unknown): boolean =>
  error instanceof PageError &&
  ['ERR_SESSION_INVALID', 'ERR_SESSION_EXPIRED', 'ERR_ACCOUNT_DELETED'].includes(error.code);

/** Undefined where nobody is signed in. */
export async function findAccount(): Promise<Account | undefined> {
  try {
    return await getAccount();
  } catch (error) {
    if (isSessionOver(error)) return undefined;
    throw error;
  }
}

export const getSessions = async (): Promise<readonly Session[]> =>
  listOf((await callService('GET', '/api/account/sessions'))['sessions'], readSession);

export const pathOfKey = (keyId: string): string => `/api/keys/${encodeURIComponent(keyId)}`;

const STATUSES = ['none', 'pending', 'complete', 'failed'] as const;

export async function getBootstrap(keyId: string): Promise<Bootstrap> {
  const from = await callService('GET', `${pathOfKey(keyId)}/bootstrap`);
  const steps = listOf(from['steps'], ({ id, status }) => [text(id), text(status)] as const);
  return {
    status: STATUSES.find((each) => each === from['status']) ?? 'none',
    steps: new Map(steps),
    attempts: whole(from['attempts']),
    ...texts(from, 'nextAttemptAt', 'completedAt', 'errorCode'),
  };
}

/** Oldest first, from an entry on; from 1 for the oldest that is kept. */
export async function getAudit(from: number, limit: number): Promise<AuditPage> {
  const page = await callService('GET', `/api/account/audit?from=${from}&limit=${limit}`);
  return {
    entries: listOf(page['entries'], readEntry),
    firstSeq: whole(page['firstSeq']),
    lastSeq: whole(page['lastSeq']),
  };
}
