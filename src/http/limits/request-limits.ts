/**
 * Applies the rate limits to each request, starting with what is known at the lowest cost.
 *
 * | when                            | known                            | what is done                             |
 * | ------------------------------- | -------------------------------- | ---------------------------------------- |
 * | before there is a route         | the address                      | counted on `any@address`                 |
 * | before the session is looked up | the route, whom the token claims | counted on the address; account and key  |
 * |                                 |                                  | are checked, not counted                 |
 * | after it                        | whose session it is              | counted on the account, then on the key  |
 * | a sign-in's challenge is ours   | the challenge                    | counted on the challenge and the address |
 *
 * A token names its user, and anyone can write a name, so a claim is never counted against the
 * user. If the claimed account has already reached its limit, the request is refused before a
 * document is read, whether it is genuine or not. Concurrent requests that all passed this check
 * before the last free place was counted are refused after their session was read and before their
 * body is.
 */
import type { Context } from 'koa';
import { ServiceError } from '../../errors.js';
import type { UserDocument } from '../../accounts/user-document.js';
import { clientAddressOf } from '../../limits/client-address.js';
import type { LimitedKey, Standing } from '../../limits/keyed-limiter.js';
import { idKey, type Limiters, type NamedLimiter, retryAfterMsOf } from '../../limits/limiters.js';
import type {
  LimitName,
  LimitScope,
  RateClass,
  RouteRateClass,
} from '../../limits/rate-classes.js';
import { claimedUserOf } from './claimed-user.js';
import { type Consulted, rateLimitFields } from './rate-limit-fields.js';

/**
 * The server reads and discards an unread body of at most this size. With a longer one, the
 * connection ends.
 */
const UNREAD_BODY_BYTES = 64 * 1024;

type Verb = 'take' | 'look';

/** The rate limits of requests. */
export class RequestLimits {
  readonly #limiters: Limiters;
  readonly #trustedHops: number;
  readonly #countRefusal: (limit: LimitName) => void;
  readonly #clients = new WeakMap<Context, LimitedKey>();
  readonly #consulted = new WeakMap<Context, readonly Consulted[]>();

  constructor(limiters: Limiters, trustedHops: number, countRefusal: (limit: LimitName) => void) {
    this.#limiters = limiters;
    this.#trustedHops = trustedHops;
    this.#countRefusal = countRefusal;
  }

  clientOf(ctx: Context): LimitedKey {
    const known = this.#clients.get(ctx);
    if (known !== undefined) return known;
    const header = ctx.get('x-forwarded-for');
    const client = clientAddressOf(ctx.req.socket.remoteAddress, header, this.#trustedHops);
    this.#clients.set(ctx, client);
    return client;
  }

  /**
   * Counts any request, before its route is looked up. Like the other methods, rejects
   * ERR_RATE_LIMITED.
   */
  async admit(ctx: Context): Promise<void> {
    await this.#hold(ctx, 'take', 'any', 'address', this.clientOf(ctx));
    this.#consulted.delete(ctx);
  }

  /**
   * Applies the limits of a route, before anything about the request is looked up. A sign-in is
   * only checked here and counted by `countAttempt`: a request whose challenge is not genuine must
   * not use up what others need.
   */
  async enter(ctx: Context, rateClass: RouteRateClass): Promise<void> {
    const verb = rateClass === 'sign-in' ? 'look' : 'take';
    await this.#hold(ctx, verb, rateClass, 'address', this.clientOf(ctx));
    const userId = claimedUserOf(ctx);
    if (userId === undefined) return;
    await this.#hold(ctx, 'look', rateClass, 'account', idKey(userId));
    const keyId = keyIdOf(ctx);
    // A key's id begins with its user's id. The limit of another user's key would reveal that the
    // key exists.
    if (keyId?.startsWith(`${userId}-`) === true) {
      await this.#hold(ctx, 'look', rateClass, 'key', idKey(keyId));
    }
  }

  /** Counts a request whose session is genuine. */
  async identify(ctx: Context, rateClass: RouteRateClass, user: UserDocument): Promise<void> {
    await this.#hold(ctx, 'take', rateClass, 'account', idKey(user.userId));
    const keyId = keyIdOf(ctx);
    const key = user.keys.find(({ id }) => id === keyId);
    if (key !== undefined) await this.countKey(ctx, rateClass, key.id);
  }

  /**
   * Counts an answer to a genuine challenge, before it is verified. `challenge`: its unique part.
   */
  async countAttempt(ctx: Context, challenge: string): Promise<void> {
    await this.#hold(ctx, 'take', 'sign-in', 'challenge', idKey(challenge));
    await this.#hold(ctx, 'take', 'sign-in', 'address', this.clientOf(ctx));
  }

  /** Counts a request for a key of its user. */
  async countKey(ctx: Context, rateClass: RouteRateClass, keyId: string): Promise<void> {
    await this.#hold(ctx, 'take', rateClass, 'key', idKey(keyId));
  }

  async #hold(
    ctx: Context,
    verb: Verb,
    rateClass: RateClass,
    scope: LimitScope,
    key: LimitedKey,
  ): Promise<void> {
    const limit = this.#limiters.find(rateClass, scope);
    if (limit === undefined) return;
    const standing = await limit.limiter[verb](key);
    if (verb === 'take' || !standing.allowed) this.#say(ctx, { limit, standing });
    if (!standing.allowed) this.#refuse(ctx, limit, standing);
  }

  #say(ctx: Context, consulted: Consulted): void {
    const all = [...(this.#consulted.get(ctx) ?? []), consulted];
    this.#consulted.set(ctx, all);
    ctx.set(rateLimitFields(all));
  }

  #refuse(ctx: Context, { name }: NamedLimiter, standing: Standing): never {
    this.#countRefusal(name);
    const length = ctx.request.length ?? (ctx.get('transfer-encoding') === '' ? 0 : Infinity);
    if (length > UNREAD_BODY_BYTES) ctx.set('Connection', 'close');
    throw new ServiceError('ERR_RATE_LIMITED', {
      detail: { retryAfterMs: retryAfterMsOf(standing) },
    });
  }
}

function keyIdOf(ctx: Context): string | undefined {
  const params: unknown = ctx['params'];
  if (typeof params !== 'object' || params === null || !('id' in params)) return undefined;
  return typeof params.id === 'string' ? params.id : undefined;
}
