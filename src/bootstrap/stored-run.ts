/**
 * The stored form of a run. The service stores it under a seal, the command line in a file of its
 * own. Reading is strict: a run with an unknown member or task is rejected.
 */
import { z } from 'zod';
import { decodeBase64url, encodeBase64url } from '../protocol/base64url.js';
import { SPACE_NAMES } from './account.js';
import { PLAN, type TaskId } from './plan.js';

const isBytes = (value: unknown): boolean => value instanceof Uint8Array;

/** Milliseconds since 1970. */
export const storedTimeMs = z.number().int().nonnegative();

/** Bytes that are stored as base64url. */
export const base64urlBytes = z.codec(z.string(), z.custom<Uint8Array>(isBytes), {
  decode: (text): Uint8Array => decodeBase64url(text),
  encode: (bytes) => encodeBase64url(bytes),
});

const delegation = z.strictObject({
  issuedAtMs: storedTimeMs,
  round: z.number().int().nonnegative(),
  cid: z.string().exactOptional(),
  signature: base64urlBytes.exactOptional(),
});
const perSpace = <T extends z.ZodType>(value: T) =>
  z.strictObject({
    default: value,
    applications: value,
    account: value,
    secrets: value,
    public: value,
  });
const taskIds = new Set<string>(PLAN.map(({ id }) => id));
const taskId = z.custom<TaskId>((value) => typeof value === 'string' && taskIds.has(value));

/** The schema of a run without its seed. */
export const storedProgress = z.strictObject({
  startedAtMs: storedTimeMs,
  attempt: z.number().int().nonnegative(),
  nodeDid: z.string().exactOptional(),
  peers: perSpace(z.string()).exactOptional(),
  sessions: perSpace(delegation),
  hosts: perSpace(delegation).exactOptional(),
  hostedBefore: z.array(z.enum(SPACE_NAMES)),
  accountIsNew: z.boolean(),
  done: z.array(taskId),
  networkKey: z.string().exactOptional(),
  written: z.array(z.strictObject({ resource: z.string(), sha256: z.string() })),
  doneAtMs: z.record(z.string(), storedTimeMs),
});

/** Serializes a value as JSON with byte strings as base64url. */
export function stringifyRun(value: object): string {
  return JSON.stringify(value, (_name, member: unknown) =>
    member instanceof Uint8Array ? encodeBase64url(member) : member,
  );
}
