/**
 * Rows of the route table: an endpoint of the contract with its limit, its authorization and its
 * handler.
 */
import type { Readable } from 'node:stream';
import type { z } from 'zod';
import type { Endpoint, ItemStream, Json, SuccessStatus } from '../api/endpoint.js';
import type { LimitedKey } from '../limits/keyed-limiter.js';
import { ANY, CHANGE_RULES, type ChangeName, type SessionRule } from '../accounts/session-rules.js';
import type { RouteRateClass } from '../limits/rate-classes.js';
import type { Members, SharedJson } from '../runtime/shared-json.js';
import type { CountAttempt } from '../sign-in/attempt-rules.js';
import type { LiveSession } from '../sign-in/find-session.js';

/** A request whose parameters, query and body have been parsed. */
export type RouteRequest<Body, Query, Parameter extends string = never> = {
  readonly params: { readonly [name in Parameter]: string };
  readonly body: Body;
  readonly query: Query;
  /** When the request arrived, by `performance.now()`. */
  readonly receivedAtMs: number;
  /** Returns one header, or undefined if it is absent. */
  readonly header: (name: string) => string | undefined;
  /** The address that the limits count this request on. */
  readonly client: LimitedKey;
  /** The exporter value of the connection (RFC 9266), or undefined if TLS does not end here. */
  readonly exporter: () => Uint8Array | undefined;
  /**
   * Counts this request on a key of the user that only its body names. Rejects ERR_RATE_LIMITED.
   */
  readonly countKey: (keyId: string) => Promise<void>;
  /** Counts an answer to a genuine challenge, before it is verified. Rejects ERR_RATE_LIMITED. */
  readonly countAttempt: CountAttempt;
};

type ReplyHeaders = { readonly headers?: Readonly<Record<string, string>> };

/** A body in two parts: members of its own, and those that other replies share, encoded once. */
type SharedBody<T> = {
  readonly own: Partial<T>;
  readonly shared: SharedJson<Partial<T> & Members>;
  readonly body?: undefined;
};

/**
 * A reply of any route. The server sends a body only after the schema of its endpoint accepted it.
 */
export type RouteReply =
  | (ReplyHeaders & { readonly status: SuccessStatus | 302 | 304; readonly body?: unknown })
  | (ReplyHeaders & { readonly status: SuccessStatus } & SharedBody<Members>)
  | { readonly status: 200; readonly stream: Readable };

type Pattern = {
  readonly method: Endpoint['method'];
  readonly path: `/${string}`;
  /** The class of work, which determines the rate limits. */
  readonly limit: RouteRateClass;
};

/** A row of the route table. */
export type Route = Pattern & {
  /** Absent for pages, which are not part of the contract. */
  readonly endpoint?: Endpoint;
  readonly auth: 'none' | 'optional' | 'session';
  /** The session that a request needs, for rows with `auth: 'session'`. */
  readonly needs?: SessionRule;
  /**
   * Declared as a method so that a handler of a parsed body fits: the server parses with the
   * endpoint's schemas before it calls the handler.
   */
  handle(
    request: RouteRequest<unknown, unknown, string>,
    session: LiveSession | undefined,
  ): Promise<RouteReply>;
};

type ParameterOf<Path extends string> = Path extends `${string}/:${infer Rest}`
  ? Rest extends `${infer Name}/${infer More}`
    ? Name | ParameterOf<`/${More}`>
    : Rest
  : never;

/** The parsed request of an endpoint. */
export type RequestOf<E extends Endpoint> = RouteRequest<
  E extends { readonly request: infer S extends z.ZodType } ? z.output<S> : undefined,
  E extends { readonly query: infer S extends z.ZodType } ? z.output<S> : undefined,
  ParameterOf<E['path']>
>;

type ReplyAt<E extends Endpoint, S extends SuccessStatus> = E['replies'] extends {
  readonly [status in S]: infer B;
}
  ? ReplyHeaders & { readonly status: S } & (B extends z.ZodType
        ? { readonly body: Json<B> } | SharedBody<Json<B>>
        : { readonly body?: undefined })
  : never;

/**
 * What a handler of an endpoint may return: one of its statuses with the body that it declares, or
 * its stream.
 */
export type ReplyOf<E extends Endpoint> =
  | { readonly [S in SuccessStatus]: ReplyAt<E, S> }[SuccessStatus]
  | (E extends { readonly stream: ItemStream }
      ? { readonly status: 200; readonly stream: Readable }
      : never);

/** Members of a reply's body that its endpoint does not declare. */
type Undeclared<E extends Endpoint, R> = R extends {
  readonly status: infer S;
  readonly body: infer B extends object;
}
  ? Exclude<
      Extract<keyof B, string>,
      MemberOf<Extract<ReplyOf<E>, { readonly status: S; readonly body: unknown }>>
    >
  : never;
type MemberOf<R> = R extends { readonly body: infer B }
  ? B extends object
    ? keyof B
    : never
  : never;

/** Fails to compile if a handler returns a member that its endpoint does not declare. */
type Exact<E extends Endpoint, R> = [Undeclared<E, R>] extends [never]
  ? unknown
  : { readonly undeclared: Undeclared<E, R> };

type Row = Pick<Pattern, 'limit'>;

/** Creates the route of an endpoint that anyone may call. */
export function publicEndpoint<const E extends Endpoint, const R extends ReplyOf<E>>(
  endpoint: E,
  row: Row & { readonly handle: (request: RequestOf<E>) => Promise<R> } & Exact<E, NoInfer<R>>,
): Route {
  const { limit, handle } = row;
  return { ...patternOf(endpoint), limit, endpoint, auth: 'none', handle };
}

/** Creates the route of an endpoint that answers with and without a session. */
export function optionalSessionEndpoint<const E extends Endpoint, const R extends ReplyOf<E>>(
  endpoint: E & { readonly method: 'GET' },
  row: Row & {
    readonly handle: (request: RequestOf<E>, session: LiveSession | undefined) => Promise<R>;
  } & Exact<E, NoInfer<R>>,
): Route {
  const { limit, handle } = row;
  return { ...patternOf(endpoint), limit, endpoint, auth: 'optional', handle };
}

/**
 * A row that changes something names the change, and CHANGE_RULES states what the change requires.
 */
type ChangeOf<E extends Endpoint> = E['method'] extends 'GET'
  ? { readonly change?: undefined }
  : { readonly change: ChangeName };

/** Creates the route of an endpoint for the holder of a session. */
export function sessionEndpoint<const E extends Endpoint, const R extends ReplyOf<E>>(
  endpoint: E,
  row: Row & { readonly change?: ChangeName } & ChangeOf<E> & {
      readonly handle: (request: RequestOf<E>, session: LiveSession) => Promise<R>;
    } & Exact<E, NoInfer<R>>,
): Route {
  const { limit, handle, change } = row;
  const needs = change === undefined ? ANY : CHANGE_RULES[change];
  return { ...patternOf(endpoint), limit, endpoint, auth: 'session', needs, handle };
}

const patternOf = ({ method, path }: Endpoint) => ({ method, path });

/** The untrusted query of a page. */
export type PageQuery = { readonly [name: string]: unknown };

/** Creates the route of a page, which is not part of the contract. */
export function pageRoute(
  path: Pattern['path'],
  handle: (request: RouteRequest<undefined, PageQuery>) => Promise<RouteReply>,
): Route {
  return { method: 'GET', path, limit: 'read', auth: 'none', handle };
}
