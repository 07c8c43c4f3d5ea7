import { z } from 'zod';

/** From which commit and lock file the running code was built. */
export type Source = { readonly commit: string; readonly lockfile_sha256: string };

const schema = z.strictObject({
  commit: z.string().regex(/^[0-9a-f]{40}$/),
  lockfile_sha256: z.string().regex(/^[0-9a-f]{64}$/),
});

/**
 * Reads the file that a build leaves beside the code. Answers null where there is none, as for a build on a developer's
 * machine, or where it is not such a file: what it says is a claim in any case.
 */
export function parseSourceFile(text: string | undefined): Source | null {
  try {
    return text === undefined ? null : schema.parse(JSON.parse(text));
  } catch {
    return null;
  }
}
