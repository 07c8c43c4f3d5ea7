/** Reads the provenance that the command line names, with the roots that it is judged under. */
import type { ProvenanceQuestion } from '../provenance/judge-provenance.js';
import { readText } from './files.js';
import type { Flags } from './options.js';

/** A provenance to judge, if one was named, and what a reader must know of it. */
export type GatheredProvenance = {
  readonly provenance?: ProvenanceQuestion;
  readonly notes: readonly string[];
};

/**
 * Reads the files. The libraries that verify a signature are loaded only here, because they would
 * slow down every other run.
 */
export async function gatherProvenance(
  { provenance: path, 'provenance-root': ownRoots }: Flags,
  home: URL,
): Promise<GatheredProvenance> {
  if (path === undefined) return { notes: [] };
  const shipped = new URL('trusted-roots/sigstore-public-good.json', home).pathname;
  const { verifySignedPayload } = await import('../provenance/verify-signed-payload.js');
  return {
    provenance: {
      bundle: await readText(path, 'the provenance'),
      trustedRoots: await readText(ownRoots ?? shipped, 'the file of trusted roots'),
      verifySignedPayload,
    },
    notes:
      ownRoots === undefined
        ? []
        : [`The provenance is judged under roots of your own (${ownRoots}), not Sigstore's.`],
  };
}
