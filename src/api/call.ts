/**
 * The types of a call, for pages and programs: `call<typeof listKeys>('GET', '/api/keys')` takes
 * and returns what it declares.
 */
import type { z } from 'zod';
import type { Endpoint, Json, JsonInput } from './endpoint.js';

type Filled<Path extends string> = Path extends `${infer Head}:${infer Tail}`
  ? `${Head}${string}${Tail extends `${string}/${infer Rest}` ? Filled<`/${Rest}`> : ''}`
  : Path;

/** The path of an endpoint with its parameters filled in, and its query where it has one. */
export type PathOf<E extends Endpoint> =
  | Filled<E['path']>
  | (E extends { readonly query: z.ZodType } ? `${Filled<E['path']>}?${string}` : never);

/** The arguments of a call that carry the body: none where the endpoint takes none. */
export type BodyOf<E extends Endpoint> = E extends { readonly request: infer S extends z.ZodType }
  ? [body: JsonInput<S>]
  : [];

/** The body of the reply, undefined where there is none. */
export type ReplyBodyOf<E extends Endpoint> = {
  [S in keyof E['replies']]: E['replies'][S] extends z.ZodType ? Json<E['replies'][S]> : undefined;
}[keyof E['replies']];
