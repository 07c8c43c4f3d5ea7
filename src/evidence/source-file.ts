import { z } from 'zod';

/** The commit and the lock file that the running code was built from. */
export type Source = { readonly commit: string; readonly lockfile_sha256: string };

const schema = z.strictObject({
  commit: z.string().regex(/^[0-9a-f]{40}$/),
  lockfile_sha256: z.string().regex(/^[0-9a-f]{64}$/),
});

/**
 * Parses the file that a build leaves beside the code. Returns null for a missing file, as in a
 * development build, and for an invalid one. The contents are an unproved claim either way.
 */
export function parseSourceFile(text: string | undefined): Source | null {
  try {
    return text === undefined ? null : schema.parse(JSON.parse(text));
  } catch {
    return null;
  }
}
