/**
 * Holds each request against its limits, the cheapest knowledge first.
 *
 * | when                            | known                            | what is done                            |
 * | ------------------------------- | -------------------------------- | --------------------------------------- |
 * | before there is a route         | the address                      | counted on `any@address`                |
 * | before the session is looked up | the route, whom the token claims | counted on the address; account and key |
 * |                                 |                                  | are looked at, not counted              |
 * | after it                        | whose session it is              | counted on the account, then on the key |
 * | a sign-in's challenge is ours   | the challenge                    | counted on the challenge and the address |
 *
 * A token names its user, and anybody may write a name: so a claim counts against nobody. Where the account that it claims
 * is at its limit already, the request is refused before a document is read, genuine or not. Requests that were all let
 * through before the last free place was counted are refused after their session was read, and before their body is.
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

/** An unread body up to this is read away by the server; with a longer one the connection ends. */
const UNREAD_BODY_BYTES = 64 * 1024;

type Verb = 'take' | 'look';

export class RequestLimits {
  readonly #limiters: Limiters;
  readonly #trustedHops: number;
  readonly #countRefusal: (limit: LimitName) => void;
  readonly #consulted = new WeakMap<Context, readonly Consulted[]>();

  constructor(limiters: Limiters, trustedHops: number, countRefusal: (limit: LimitName) => void) {
    this.#limiters = limiters;
    this.#trustedHops = trustedHops;
    this.#countRefusal = countRefusal;
  }

  clientOf(ctx: Context): LimitedKey {
    const header = ctx.get('x-forwarded-for');
    return clientAddressOf(ctx.req.socket.remoteAddress, header, this.#trustedHops);
  }

  /** Any request, before its route is looked for. Rejects ERR_RATE_LIMITED, as the others do. */
  async admit(ctx: Context): Promise<void> {
    await this.#hold(ctx, 'take', 'any', 'address', this.clientOf(ctx));
    this.#consulted.delete(ctx);
  }

  /**
   * A request for a route, before anything about it is looked up. A sign-in is only looked at here, and counted by
   * `countAttempt`: what is refused before its challenge is known to be genuine must not use up what others need.
   */
  async enter(ctx: Context, rateClass: RouteRateClass): Promise<void> {
    const verb = rateClass === 'sign-in' ? 'look' : 'take';
    await this.#hold(ctx, verb, rateClass, 'address', this.clientOf(ctx));
    const userId = claimedUserOf(ctx);
    if (userId === undefined) return;
    await this.#hold(ctx, 'look', rateClass, 'account', idKey(userId));
    const keyId = keyIdOf(ctx);
    // A key's id begins with its user's. Another one's limit would tell that there is such a key.
    if (keyId?.startsWith(`${userId}-`) === true) {
      await this.#hold(ctx, 'look', rateClass, 'key', idKey(keyId));
    }
  }

  /** A request whose session was found genuine. */
  async identify(ctx: Context, rateClass: RouteRateClass, user: UserDocument): Promise<void> {
    await this.#hold(ctx, 'take', rateClass, 'account', idKey(user.userId));
    const keyId = keyIdOf(ctx);
    const key = user.keys.find(({ id }) => id === keyId);
    if (key !== undefined) await this.countKey(ctx, rateClass, key.id);
  }

  /** An answer to a genuine challenge, before it is verified. `challenge`: what tells it apart. */
  async countAttempt(ctx: Context, challenge: string): Promise<void> {
    await this.#hold(ctx, 'take', 'sign-in', 'challenge', idKey(challenge));
    await this.#hold(ctx, 'take', 'sign-in', 'address', this.clientOf(ctx));
  }

  /** A request for a key that is its user's. */
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
