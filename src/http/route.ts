import type { Readable } from 'node:stream';
import type { z } from 'zod';
import type { LimitedKey } from '../limits/keyed-limiter.js';
import { ANY, CHANGE_RULES, type ChangeName, type SessionRule } from '../accounts/session-rules.js';
import type { RouteRateClass } from '../limits/rate-classes.js';
import type { CountAttempt } from '../sign-in/attempt-rules.js';
import type { LiveSession } from '../sign-in/find-session.js';

export type RouteRequest<Body, Query> = {
  readonly params: Readonly<Record<string, string>>;
  readonly body: Body;
  readonly query: Query;
  /** One header, undefined where it is absent. */
  readonly header: (name: string) => string | undefined;
  /** Whom limits by address count this on. */
  readonly client: LimitedKey;
  /** Counts this request on a key of the user that only its body names. Rejects ERR_RATE_LIMITED. */
  readonly countKey: (keyId: string) => Promise<void>;
  /** Counts an answer to a genuine challenge, before it is verified. Rejects ERR_RATE_LIMITED. */
  readonly countAttempt: CountAttempt;
};

export type RouteReply =
  | {
      readonly status: 200 | 201 | 204 | 304;
      readonly body?: unknown;
      readonly headers?: Readonly<Record<string, string>>;
    }
  | {
      readonly status: 200;
      readonly stream: Readable;
      /** Media type; server-sent events unless said otherwise. */
      readonly type?: string;
    };

type RouteShape = {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** In the form of the router, `/api/keys/:id`. */
  readonly path: string;
  readonly summary: string;
  /** Which class of work this is, and so how often it may be asked for. */
  readonly limit: RouteRateClass;
};

/** A row of the route table: what a request must be, and what answers it. */
export type Route = RouteShape & {
  readonly body?: z.ZodType;
  readonly query?: z.ZodType;
  readonly reply?: z.ZodType;
  readonly auth: 'none' | 'session';
  /** What a request needs of its session, for rows with `auth: 'session'`. */
  readonly needs?: SessionRule;
  /** A method, so that a handler of a parsed body fits: the server parses with this row's own schemas before it calls. */
  handle(
    request: RouteRequest<unknown, unknown>,
    session: LiveSession | undefined,
  ): Promise<RouteReply>;
};

type Schemas<B extends z.ZodType, Q extends z.ZodType> = {
  readonly body?: B;
  readonly query?: Q;
  readonly reply?: z.ZodType;
};

/** A route that anybody may call. */
export function publicRoute<B extends z.ZodType, Q extends z.ZodType>(
  route: RouteShape &
    Schemas<B, Q> & {
      readonly handle: (request: RouteRequest<z.infer<B>, z.infer<Q>>) => Promise<RouteReply>;
    },
): Route {
  return { ...route, auth: 'none' };
}

/** A row that changes something names the change; CHANGE_RULES says what that needs. */
type SessionShape =
  | { readonly method: 'GET'; readonly change?: undefined }
  | { readonly method: 'POST' | 'PATCH' | 'DELETE'; readonly change: ChangeName };

/** A route for the holder of a session. */
export function sessionRoute<B extends z.ZodType, Q extends z.ZodType>(
  route: RouteShape &
    SessionShape &
    Schemas<B, Q> & {
      readonly handle: (
        request: RouteRequest<z.infer<B>, z.infer<Q>>,
        session: LiveSession,
      ) => Promise<RouteReply>;
    },
): Route {
  const needs = route.change === undefined ? ANY : CHANGE_RULES[route.change];
  return { ...route, auth: 'session', needs };
}
