/**
 * The classes of work that are limited, by what they are counted on, and the numbers where the configuration names none.
 *
 * | scope       | counted on                                                          |
 * | ----------- | ------------------------------------------------------------------- |
 * | `address`   | who connects (client-address.ts); before anything else is done      |
 * | `challenge` | one challenge of a sign-in: how often an answer to it is verified   |
 * | `account`   | the user of a session that was verified                             |
 * | `key`       | a key of that user                                                  |
 * | `total`     | everybody together                                                  |
 *
 * Many people may share an address, so that its numbers only keep the machine up; what one person may do is counted on account
 * and key. Where everybody shares one (behind dstack's gateway, CLIENT_ADDRESSES=shared), the scope `address` is not counted at
 * all: whoever reached such a limit would shut everybody out. A window is fixed: across the border of two, up to twice the
 * count passes.
 */

export type LimitScope = 'address' | 'challenge' | 'account' | 'key' | 'total';

/** At most `count` in a window of `windowS` seconds. */
export type RateLimit = { readonly count: number; readonly windowS: number };

const per = (count: number, windowS = 60): RateLimit => ({ count, windowS });

const HOUR_S = 3_600;
const DAY_S = 86_400;

export const RATE_CLASSES = {
  /** Every request, whatever its route or whether there is one. */
  any: { address: per(12_000) },
  /** Is the process alive and ready, what does it offer: nothing is looked up. */
  probe: { address: per(1_200) },
  /** Quotes of the enclave, and documents of evidence; the queue to the enclave is bounded besides. */
  attestation: { address: per(1_200) },
  /** Texts to be signed for a sign-in. */
  challenge: { address: per(1_200) },
  /**
   * Verification of a credential: signatures of wallets and passkeys. Counted once the challenge is known to be genuine: what
   * is refused before that costs nothing.
   */
  'sign-in': { address: per(600), challenge: per(10, 300) },
  /** Users who were not known before: each is a durable document. */
  'sign-up': { address: per(120), total: per(300) },
  read: { address: per(6_000), account: per(600) },
  write: { address: per(1_200), account: per(120) },
  /** Adding and removing ways to sign in, and proving presence once more. */
  credential: { address: per(300), account: per(30) },
  'key-create': { address: per(600, HOUR_S), account: per(40, HOUR_S) },
  review: { address: per(1_200), account: per(120), key: per(60) },
  sign: { address: per(6_000), account: per(1_200), key: per(600) },
  'delegate-sign': { address: per(1_200), account: per(120), key: per(60) },
  /** Runs that a user sets off: each is twenty requests to a node and ten signatures. */
  bootstrap: { account: per(40, DAY_S) },
  /** Asking for a run that failed to be tried again now. */
  retry: { address: per(600, 600), account: per(60, 600), key: per(20, 600) },
  /** Audit trails, by the page or as a whole. */
  export: { address: per(300), account: per(60) },
} as const satisfies Readonly<Record<string, Readonly<Partial<Record<LimitScope, RateLimit>>>>>;

export type RateClass = keyof typeof RATE_CLASSES;

/** Classes that a route can be of; the others are counted where the work is. */
export type RouteRateClass = Exclude<RateClass, 'any' | 'sign-up' | 'bootstrap'>;

/** Names a limit, as the configuration and the `RateLimit` field spell it: `sign@account`. */
export type LimitName = `${RateClass}@${LimitScope}`;

export const limitName = (rateClass: RateClass, scope: LimitScope): LimitName =>
  `${rateClass}@${scope}`;

/** The limits of a deployment, by name. */
export type RateLimits = ReadonlyMap<LimitName, RateLimit>;

const CLASS_NAMES: ReadonlySet<string> = new Set(Object.keys(RATE_CLASSES));
const isRateClass = (name: string): name is RateClass => CLASS_NAMES.has(name);

/** The limit of each scope that a class has; undefined where there is no such class. */
export function findRateClass(
  name: string,
): readonly (readonly [LimitName, RateLimit])[] | undefined {
  if (!isRateClass(name)) return undefined;
  const scopes: Readonly<Partial<Record<LimitScope, RateLimit>>> = RATE_CLASSES[name];
  return (['address', 'challenge', 'account', 'key', 'total'] as const).flatMap((scope) => {
    const limit = scopes[scope];
    return limit === undefined ? [] : [[limitName(name, scope), limit] as const];
  });
}

/** The limits of a deployment that configures none. */
export function defaultRateLimits(): RateLimits {
  return new Map(Object.keys(RATE_CLASSES).flatMap((name) => findRateClass(name) ?? []));
}
