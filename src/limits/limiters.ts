/** The limiters of a deployment, one for each limit, and the keys that they count. */
import { ServiceError } from '../errors.js';
import { KeyedLimiter, type LimitedKey, type Standing } from './keyed-limiter.js';
import { limitName, type LimitName, type LimitScope } from './rate-classes.js';
import type { RateClass, RateLimit, RateLimits } from './rate-classes.js';
import type { SharedCounters } from './shared-counters.js';
import { SharedUses } from './shared-uses.js';

/** Finds the limiter of a class of work in a scope. */
export type Limiters = {
  /** Returns undefined if the class is not limited in that scope. */
  find(rateClass: RateClass, scope: LimitScope): NamedLimiter | undefined;
};

/** A limiter and the name of its limit. */
export type NamedLimiter = { readonly name: LimitName; readonly limiter: KeyedLimiter };

/** The key for limits that all clients share. */
export const EVERYBODY: LimitedKey = { own: 'everybody', coarse: 'everybody' };

/**
 * Returns the key of a user or of a user's key. Ids are random, so their first two characters
 * divide them into about a thousand groups.
 */
export const idKey = (id: string): LimitedKey => ({ own: id, coarse: id.slice(0, 2) });

/** The scopes of the limits that hold over all replicas. Each replica counts the others alone. */
const SHARED_SCOPES = /@(?:account|key|total)$/;

/**
 * Creates the limiters. `monotonicMs` reads a clock that is never set. With `addresses` set to
 * `shared`, all clients appear under one address and no limit in the scope `address` applies. With
 * `counters`, the limits of accounts and keys and the total ones hold over all replicas.
 */
export function createLimiters(
  limits: RateLimits,
  monotonicMs: () => number,
  addresses: 'socket' | 'shared' = 'socket',
  counters?: SharedCounters,
): Limiters {
  const limiterOf = (name: LimitName, limit: RateLimit): KeyedLimiter =>
    counters === undefined || !SHARED_SCOPES.test(name)
      ? new KeyedLimiter(limit, monotonicMs)
      : new KeyedLimiter(limit, monotonicMs, new SharedUses(name, limit, counters, monotonicMs));
  const counted = [...limits].filter(
    ([name]) => addresses === 'socket' || !name.endsWith('@address'),
  );
  const byName = new Map(
    counted.map(([name, limit]) => [name, { name, limiter: limiterOf(name, limit) }]),
  );
  return { find: (rateClass, scope) => byName.get(limitName(rateClass, scope)) };
}

/** Returns the time until a retry can succeed, at least one millisecond. */
export const retryAfterMsOf = ({ resetMs }: Standing): number => Math.max(1, resetMs);

/** Counts a run that a user starts. `retryAfterMs` is set if the limit is exceeded. */
export async function admitRun(
  limiters: Limiters,
  userId: string,
): Promise<{ readonly retryAfterMs: number | undefined; readonly giveBack: () => void }> {
  const standing = await limiters.find('bootstrap', 'account')?.limiter.take(idKey(userId));
  return {
    retryAfterMs: standing?.allowed === false ? retryAfterMsOf(standing) : undefined,
    giveBack: () => standing?.giveBack(),
  };
}

/**
 * Runs work that may create a user. `claim` throws ERR_SIGN_UP_LIMIT if no more users may be
 * created now. A place that was not claimed is returned, so sign-ins of existing users use none.
 */
export async function withNewUserPlace<T>(
  limiters: Limiters,
  client: LimitedKey,
  work: (claim: () => void) => Promise<T>,
): Promise<T> {
  const places = [await limiters.find('sign-up', 'address')?.limiter.take(client)];
  if (places[0]?.allowed !== false) {
    places.push(await limiters.find('sign-up', 'total')?.limiter.take(EVERYBODY));
  }
  let claimed = false;
  const claim = (): void => {
    const refusing = places.find((place) => place?.allowed === false);
    if (refusing !== undefined) {
      const retryAfterMs = retryAfterMsOf(refusing);
      throw new ServiceError('ERR_SIGN_UP_LIMIT', { detail: { retryAfterMs } });
    }
    claimed = true;
  };
  try {
    return await work(claim);
  } finally {
    if (!claimed) for (const place of places) place?.giveBack();
  }
}
