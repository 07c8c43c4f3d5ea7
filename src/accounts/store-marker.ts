/**
 * The marker of a data directory, which identifies the deployment that owns its documents.
 *
 * A start with STATE_INIT=1 writes it. Without STATE_INIT=1, the service does not start on a
 * directory that has no marker or the marker of another deployment: a lost volume must not look
 * like a fresh install, because every passkey user would silently lose their account.
 *
 * Each start commits the marker again, so its generation is the number of starts. Evidence states
 * that number and the random id of the volume. On a shared store, replicas that start at once each
 * get a number of their own.
 */
import { z } from 'zod';
import { errorCodeOf, ServiceError } from '../errors.js';
import type { StateStore } from './state-store.js';
import { sealedCodec } from './sealed-codec.js';
import type { SealedDocuments } from './sealed-documents.js';
import { typedDocuments } from './typed-documents.js';

/** The identity of a deployment. */
export type Deployment = {
  readonly mode: 'production' | 'development';
  readonly appId: string;
  readonly rootKeyFingerprint: string;
  readonly publicOrigin: string;
};

/** The id of the volume (16 random bytes in hex) and the number of starts on it. */
export type Volume = { readonly genesisId: string; readonly generation: number };

/** The address of the marker. */
export const MARKER = { kind: 'store', id: 'marker' } as const;

const { kind: KIND, id: ID } = MARKER;
/** How often a start tries to write the marker while other replicas start. */
const ATTEMPTS = 64;

type Marker = { readonly [member: string]: string };

/**
 * The codec of the marker: the members of `Deployment`, and `genesisId`. Other members are accepted
 * because a newer release may write more.
 */
export const markerCodec = sealedCodec<Marker>(KIND, z.record(z.string(), z.string()));

/**
 * Checks the marker, or writes it if `mayInitialize` is true. Rejects ERR_STATE_MARKER_MISSING, or
 * ERR_STATE_MARKER_MISMATCH with the names, but not the values, of the members that differ.
 */
export async function claimDataDirectory(...claim: Parameters<typeof claimOnce>): Promise<Volume> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await claimOnce(...claim);
    } catch (error) {
      // Another replica starts at the same time.
      if (errorCodeOf(error) !== 'ERR_STORE_CONFLICT' || attempt >= ATTEMPTS) throw error;
    }
  }
}

async function claimOnce(
  store: StateStore,
  documents: SealedDocuments,
  deployment: Deployment,
  mayInitialize: boolean,
  createGenesisId: () => string,
): Promise<Volume> {
  const stored = await store.find(KIND, ID);
  if (stored === undefined && !mayInitialize) {
    throw new ServiceError('ERR_STATE_MARKER_MISSING', { detail: MARKER });
  }
  const known = stored === undefined ? {} : await openMarker(documents);
  const differing = findDifferences(known, deployment);
  if (stored !== undefined && differing.length > 0 && !mayInitialize) {
    throw new ServiceError('ERR_STATE_MARKER_MISMATCH', { detail: { differing } });
  }
  const kept = differing.length === 0 ? known?.['genesisId'] : undefined;
  const genesisId = typeof kept === 'string' ? kept : createGenesisId();
  const markers = typedDocuments(documents, markerCodec);
  const marker = { ...deployment, genesisId };
  const generation = await markers.commit(ID, stored?.generation ?? 0, marker);
  return { genesisId, generation };
}

/**
 * Returns the members of the marker, or undefined if another root key or another application sealed
 * it.
 */
async function openMarker(documents: SealedDocuments): Promise<Marker | undefined> {
  try {
    return (await typedDocuments(documents, markerCodec).find(ID))?.value;
  } catch {
    return undefined;
  }
}

function findDifferences(known: Marker | undefined, deployment: Deployment): readonly string[] {
  // A seal that does not open shows only that one of these two differs.
  if (known === undefined) return ['rootKeyFingerprint', 'appId'];
  return Object.entries(deployment)
    .filter(([name, value]) => known[name] !== value)
    .map(([name]) => name);
}
