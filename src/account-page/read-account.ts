/** Reads the account that is signed in. Each function rejects PageError with the service's code. */
import type { Account, getAccount as getAccountEndpoint } from '../api/account.js';
import type { App, listApps } from '../api/apps.js';
import type { AuditPage, readAudit } from '../api/audit.js';
import type { BootstrapState, getBootstrap as getBootstrapEndpoint } from '../api/bootstrap.js';
import type { listSessions, Session } from '../api/sessions.js';
import { callService } from '../pages/service-api.js';
import { PageError } from '../pages/page-error.js';

/** Returns the account. */
export const getAccount = (): Promise<Account> =>
  callService<typeof getAccountEndpoint>('GET', '/api/account');

/** Returns whether an error means that the session has ended. */
export const isSessionOver = (error: unknown): boolean =>
  error instanceof PageError &&
  ['ERR_SESSION_INVALID', 'ERR_SESSION_EXPIRED', 'ERR_ACCOUNT_DELETED'].includes(error.code);

/** Returns the account, or undefined if no session is active. */
export async function findAccount(): Promise<Account | undefined> {
  try {
    return await getAccount();
  } catch (error) {
    if (isSessionOver(error)) return undefined;
    throw error;
  }
}

/** Returns the sessions that have not expired. */
export async function getSessions(): Promise<readonly Session[]> {
  return (await callService<typeof listSessions>('GET', '/api/account/sessions')).sessions;
}

/** Returns the path of a key. */
export const pathOfKey = (keyId: string) => `/api/keys/${encodeURIComponent(keyId)}` as const;

/** Returns the state of the TinyCloud account of a key. */
export const getBootstrap = (keyId: string): Promise<BootstrapState> =>
  callService<typeof getBootstrapEndpoint>('GET', `${pathOfKey(keyId)}/bootstrap`);

/**
 * Returns entries of the audit trail, oldest first. With `from` 1, they start with the oldest entry
 * that is kept.
 */
export const getAudit = (from: number, limit: number): Promise<AuditPage> =>
  callService<typeof readAudit>('GET', `/api/account/audit?from=${from}&limit=${limit}`);

/** Returns the newest entries of the audit trail, oldest first. */
export const getNewestAudit = (count: number): Promise<AuditPage> =>
  callService<typeof readAudit>('GET', `/api/account/audit?newest=${count}`);

/** Returns the apps for which the person approved something, the latest first. */
export async function getApps(): Promise<readonly App[]> {
  return (await callService<typeof listApps>('GET', '/api/apps')).apps;
}
