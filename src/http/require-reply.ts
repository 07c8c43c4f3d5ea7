import { z } from 'zod';
import type { Members, SharedJson } from '../runtime/shared-json.js';

/**
 * Returns the body if its schema accepts it. Throws TypeError otherwise: a member that the contract
 * does not declare is a bug of ours and must not leave the service. The error names members but
 * contains no values.
 */
export function requireReply<S extends z.ZodType>(schema: S, body: unknown): z.output<S> {
  const { success, data, error } = schema.safeParse(body);
  if (success) return data;
  const members = error.issues.map(({ path, code }) => `${path.join('.')} (${code})`);
  throw new TypeError(`a reply that its endpoint does not declare: ${members.join(', ')}`);
}

type Accepted = {
  readonly schema: z.ZodType;
  /** The schema without the members that are shared. */
  readonly ofOwn: z.ZodType;
};

/** By which schema shared members were accepted as part of a reply. */
const accepted = new WeakMap<SharedJson, Accepted>();

/**
 * Does as `requireReply` for a body of which other replies share the most. The shared members are
 * judged with the first of these replies, and with the others only the members of their own.
 */
export function requireShared(schema: z.ZodType, own: Members, shared: SharedJson): void {
  const known = accepted.get(shared);
  if (known?.schema === schema) {
    requireReply(known.ofOwn, own);
    return;
  }
  requireReply(schema, { ...own, ...shared.members });
  if (schema instanceof z.ZodObject) {
    accepted.set(shared, { schema, ofOwn: withoutMembers(schema, Object.keys(shared.members)) });
  }
}

const withoutMembers = ({ shape }: z.ZodObject, names: readonly string[]): z.ZodType =>
  z.strictObject(
    Object.fromEntries(Object.entries(shape).filter(([name]) => !names.includes(name))),
  );
