/**
 * The classes of work that are limited, the scopes in which they are counted, and the default
 * numbers.
 *
 * | scope       | counted for                                                      |
 * | ----------- | ---------------------------------------------------------------- |
 * | `address`   | each client address (client-address.ts), before any other work   |
 * | `challenge` | each challenge of a sign-in: how often a reply to it is verified |
 * | `account`   | the user of a verified session                                   |
 * | `key`       | each key of that user                                            |
 * | `total`     | all clients together                                             |
 *
 * Many people may share an address, so the limits on addresses only keep the machine available;
 * those on accounts and keys limit one person. Where all clients share one address (behind dstack's
 * gateway, CLIENT_ADDRESSES=shared), the scope `address` is not counted, because one client that
 * reached such a limit would block all others. Windows are fixed: across the border of two windows,
 * up to twice the count passes.
 */

/** What a limit is counted for; see the table above. */
export type LimitScope = 'address' | 'challenge' | 'account' | 'key' | 'total';

/** At most `count` uses in a window of `windowS` seconds. */
export type RateLimit = { readonly count: number; readonly windowS: number };

const per = (count: number, windowS = 60): RateLimit => ({ count, windowS });

const HOUR_S = 3_600;
const DAY_S = 86_400;

/** The default limits of every class of work. */
export const RATE_CLASSES = {
  /** Every request, whether or not its route exists. */
  any: { address: per(12_000) },
  /** Liveness, readiness and descriptions of the service, which look nothing up. */
  probe: { address: per(1_200) },
  /**
   * Quotes of the enclave, and evidence documents. The queue to the enclave has a bound of its own.
   */
  attestation: { address: per(1_200) },
  /** Challenges to sign for a sign-in. */
  challenge: { address: per(1_200) },
  /**
   * Verifications of wallet and passkey signatures. They are counted once the challenge has proved
   * to be genuine, because rejecting any other request is cheap.
   */
  'sign-in': { address: per(600), challenge: per(10, 300) },
  /** New users, each of which is a durable document. */
  'sign-up': { address: per(120), total: per(300) },
  read: { address: per(6_000), account: per(600) },
  write: { address: per(1_200), account: per(120) },
  /** Adding and removing sign-in methods, and proving presence again. */
  credential: { address: per(300), account: per(30) },
  'key-create': { address: per(600, HOUR_S), account: per(40, HOUR_S) },
  'key-export': { address: per(60, HOUR_S), account: per(5, HOUR_S) },
  review: { address: per(1_200), account: per(120), key: per(60) },
  sign: { address: per(6_000), account: per(1_200), key: per(600) },
  'delegate-sign': { address: per(1_200), account: per(120), key: per(60) },
  /** Runs that a user starts. Each costs twenty requests to a node and ten signatures. */
  bootstrap: { account: per(40, DAY_S) },
  /** Requests to retry a failed run now. */
  retry: { address: per(600, 600), account: per(60, 600), key: per(20, 600) },
  /** Audit trails, by page or as a whole. */
  export: { address: per(300), account: per(60) },
} as const satisfies Readonly<Record<string, Readonly<Partial<Record<LimitScope, RateLimit>>>>>;

/** The name of a class of work. */
export type RateClass = keyof typeof RATE_CLASSES;

/** The classes that a route can have. The others are counted where the work happens. */
export type RouteRateClass = Exclude<RateClass, 'any' | 'sign-up' | 'bootstrap'>;

/**
 * The name of a limit in the configuration and in the `RateLimit` field, such as `sign@account`.
 */
export type LimitName = `${RateClass}@${LimitScope}`;

/** Returns the name of a limit. */
export const limitName = (rateClass: RateClass, scope: LimitScope): LimitName =>
  `${rateClass}@${scope}`;

/** The limits of a deployment by name. */
export type RateLimits = ReadonlyMap<LimitName, RateLimit>;

const CLASS_NAMES: ReadonlySet<string> = new Set(Object.keys(RATE_CLASSES));
const isRateClass = (name: string): name is RateClass => CLASS_NAMES.has(name);

/** Returns the limit of each scope of a class, or undefined if there is no such class. */
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

/** Returns the limits of a deployment that configures none. */
export function defaultRateLimits(): RateLimits {
  return new Map(Object.keys(RATE_CLASSES).flatMap((name) => findRateClass(name) ?? []));
}
