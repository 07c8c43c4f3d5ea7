/**
 * The shape of the contract: each file beside this one declares the endpoints of one resource, with
 * the schemas of what they take and return. Routes, `/openapi.json`, the pages and the programs all
 * take their types from these declarations.
 */
import type { z } from 'zod';
import type { ErrorCode } from '../errors.js';

/** The groups of endpoints in the description of the API. */
export const TAGS = {
  health: 'Whether the service is alive and ready.',
  attestation: 'Evidence of the code and the machine that hold the keys.',
  'sign-in': 'How a session begins and ends, by wallet or passkey.',
  account: 'The signed-in user, their sessions, sign-in methods and audit trail.',
  keys: 'The keys of the user.',
  signing: 'Reviews and signatures.',
  bootstrap: 'The setup of the TinyCloud account of a key.',
  description: 'This description of the API.',
} as const;

/** A status with which an endpoint can succeed. */
export const SUCCESS_STATUSES = [200, 201, 204] as const;
export type SuccessStatus = (typeof SUCCESS_STATUSES)[number];

/** A reply that is a sequence of items instead of one JSON document. */
export type ItemStream = {
  readonly mediaType: 'text/event-stream' | 'application/jsonl';
  readonly item: z.ZodType;
};

/** One endpoint: what it takes, what it returns, and which problems it reports. */
export type Endpoint = {
  /** The name of the operation, unique in the API. */
  readonly id: string;
  readonly tag: keyof typeof TAGS;
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** A parameter is a segment that begins with a colon, as in `/api/keys/:id`. */
  readonly path: `/${string}`;
  readonly summary: string;
  readonly query?: z.ZodObject<{ readonly [name: string]: z.ZodType }>;
  readonly request?: z.ZodType;
  /**
   * One schema for each success status, `null` where there is no body. A handler can return nothing
   * else.
   */
  readonly replies: { readonly [status in SuccessStatus]?: z.ZodType | null };
  /** A stream that status 200 may carry instead of, or besides, its JSON document. */
  readonly stream?: ItemStream;
  /** The codes of this endpoint alone; `problem.ts` lists those that many endpoints share. */
  readonly errors: readonly ErrorCode[];
};

/** `T` with every member read-only, at every depth. */
type DeepReadonly<T> = T extends object ? { readonly [K in keyof T]: DeepReadonly<T[K]> } : T;

/** The JSON value that a schema describes, as its receiver reads it. */
export type Json<S extends z.ZodType> = DeepReadonly<z.output<S>>;

/** The JSON value that a schema accepts, as its sender writes it. */
export type JsonInput<S extends z.ZodType> = DeepReadonly<z.input<S>>;
