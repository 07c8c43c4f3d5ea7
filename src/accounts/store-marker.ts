/**
 * The marker of a data directory: which deployment its documents belong to.
 *
 * It is written once, by a start with STATE_INIT=1. A directory without it, or with the marker of another deployment,
 * refuses to start: a lost volume must not look like a fresh install, since every passkey user would be gone without a word.
 *
 * Each start commits it again: its generation counts the starts, which evidence names beside the random id of the volume.
 */
import { z } from 'zod';
import { ServiceError } from '../errors.js';
import type { DocumentStore } from './document-store.js';
import { sealedCodec } from './sealed-codec.js';
import type { SealedDocuments } from './sealed-documents.js';
import { typedDocuments } from './typed-documents.js';

export type Deployment = {
  readonly mode: 'production' | 'development';
  readonly appId: string;
  readonly rootKeyFingerprint: string;
  readonly publicOrigin: string;
};

/** Which volume this is (16 random bytes in hex), and how often it was started on. */
export type Volume = { readonly genesisId: string; readonly generation: number };

const KIND = 'store';
const ID = 'marker';

type Marker = { readonly [member: string]: string };

/** The marker: the members of `Deployment`, and `genesisId`. Open to other members, since a newer release may write more. */
export const markerCodec = sealedCodec<Marker>(KIND, z.record(z.string(), z.string()));

/**
 * Checks the marker, or writes it where `mayInitialize`. Rejects ERR_STATE_MARKER_MISSING or ERR_STATE_MARKER_MISMATCH,
 * naming the members that differ and none of their values.
 */
export async function claimDataDirectory(
  store: DocumentStore,
  documents: SealedDocuments,
  deployment: Deployment,
  mayInitialize: boolean,
  createGenesisId: () => string,
): Promise<Volume> {
  const stored = await store.find(KIND, ID);
  if (stored === undefined && !mayInitialize) throw new ServiceError('ERR_STATE_MARKER_MISSING');
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

/** Returns the marker's members; undefined for one that was sealed by another root key or for another application. */
async function openMarker(documents: SealedDocuments): Promise<Marker | undefined> {
  try {
    return (await typedDocuments(documents, markerCodec).find(ID))?.value;
  } catch {
    return undefined;
  }
}

function findDifferences(known: Marker | undefined, deployment: Deployment): readonly string[] {
  // The seal says no more than that.
  if (known === undefined) return ['rootKeyFingerprint', 'appId'];
  return Object.entries(deployment)
    .filter(([name, value]) => known[name] !== value)
    .map(([name]) => name);
}
