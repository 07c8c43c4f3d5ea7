import type { z } from 'zod';

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
