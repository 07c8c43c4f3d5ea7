/** The limiters of a deployment, one a limit, and the keys on which accounts and keys are counted. */
import { ServiceError } from '../errors.js';
import { KeyedLimiter, type LimitedKey, type Standing } from './keyed-limiter.js';
import { limitName, type LimitName, type LimitScope } from './rate-classes.js';
import type { RateClass, RateLimits } from './rate-classes.js';

export type Limiters = {
  /** Undefined where the class is not counted in that scope. */
  find(rateClass: RateClass, scope: LimitScope): NamedLimiter | undefined;
};

export type NamedLimiter = { readonly name: LimitName; readonly limiter: KeyedLimiter };

/** What everybody together is counted on. */
export const EVERYBODY: LimitedKey = { own: 'everybody', coarse: 'everybody' };

/** The key of a user, or of a key of his: ids are random in each character, so that two tell a thousandth. */
export const idKey = (id: string): LimitedKey => ({ own: id, coarse: id.slice(0, 2) });

/** `clock`: of the system. `addresses`: whether an address tells clients apart; where it does not, nothing is counted on it. */
export function createLimiters(
  limits: RateLimits,
  clock: () => number,
  addresses: 'socket' | 'shared' = 'socket',
): Limiters {
  const counted = [...limits].filter(
    ([name]) => addresses === 'socket' || !name.endsWith('@address'),
  );
  const byName = new Map(
    counted.map(([name, limit]) => [name, { name, limiter: new KeyedLimiter(limit, clock) }]),
  );
  return { find: (rateClass, scope) => byName.get(limitName(rateClass, scope)) };
}

/** At least a moment: a window that ends now has not ended. */
export const retryAfterMsOf = ({ resetMs }: Standing): number => Math.max(1, resetMs);

/** Counts a run that a user sets off; with `retryAfterMs` there were too many. */
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
 * Does a piece of work in which a user may turn out to be new. `claim` throws ERR_SIGN_UP_LIMIT where no more may be made
 * now; a place that was not claimed is given back, so that users who are known use none.
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
