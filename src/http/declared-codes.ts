import { ANY_ERRORS, BODY_ERRORS, CHANGE_ERRORS, SESSION_ERRORS } from '../api/problem.js';
import type { ErrorCode } from '../errors.js';
import type { Route } from './route.js';

/**
 * Returns the codes that a route of the contract may return: those of its endpoint, and those that
 * all routes of its kind share.
 */
export function declaredCodes({ endpoint, auth, needs }: Route): ReadonlySet<ErrorCode> {
  return new Set<ErrorCode>([
    ...ANY_ERRORS,
    ...(endpoint?.errors ?? []),
    ...(endpoint?.request === undefined ? [] : BODY_ERRORS),
    ...(endpoint?.query === undefined ? [] : (['ERR_REQUEST_INVALID'] as const)),
    ...(auth === 'session' ? SESSION_ERRORS : []),
    ...(auth === 'session' && endpoint?.method !== 'GET' ? CHANGE_ERRORS : []),
    ...(needs?.transport === 'browser' ? (['ERR_SESSION_TRANSPORT'] as const) : []),
    ...((needs?.freshness ?? 'any') === 'any' ? [] : (['ERR_STEP_UP_REQUIRED'] as const)),
  ]);
}
