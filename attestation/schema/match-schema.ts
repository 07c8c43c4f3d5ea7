import type { z } from 'zod';

/** A place where a value does not match a schema. */
export type Mismatch = {
  readonly path: readonly PropertyKey[];
  readonly code: string;
  readonly message: string;
};

/** The typed value, or the places where it does not match. */
export type Matched<T> =
  | { readonly success: true; readonly data: T }
  | { readonly success: false; readonly issues: readonly Mismatch[]; readonly cause: unknown };

/**
 * Parses an untrusted value by a schema and never throws.
 *
 * zod's `safeParse` alone may throw: it compares the length of any value that has one with a limit
 * before it checks the type, and an object such as `{"length": {"toString": "x"}}` cannot be
 * compared.
 */
export function matchSchema<T>(schema: z.ZodType<T>, untrusted: unknown): Matched<T> {
  try {
    const parsed = schema.safeParse(untrusted);
    if (parsed.success) return { success: true, data: parsed.data };
    return { success: false, issues: parsed.error.issues, cause: parsed.error };
  } catch (cause) {
    const issue = { path: [], code: 'invalid_type', message: 'a length is not a number' };
    return { success: false, issues: [issue], cause };
  }
}
