/**
 * The marker of a data directory: which deployment its documents belong to.
 *
 * It is written once, by a start with STATE_INIT=1. A directory without it, or with the marker of another deployment,
 * refuses to start: a lost volume must not look like a fresh install, since every passkey user would be gone without a word.
 */
import { ServiceError } from '../errors.js';
import { canonicalJson } from '../protocol/canonical-json.js';
import { decodeUtf8, utf8 } from '../protocol/bytes.js';
import type { DocumentStore } from './document-store.js';
import type { SealedDocuments } from './sealed-documents.js';

export type Deployment = {
  readonly mode: 'production' | 'development';
  readonly appId: string;
  readonly rootKeyFingerprint: string;
  readonly publicOrigin: string;
};

const KIND = 'store';
const ID = 'marker';

/**
 * Checks the marker, or writes it where `mayInitialize`. Rejects ERR_STATE_MARKER_MISSING or ERR_STATE_MARKER_MISMATCH,
 * naming the members that differ and none of their values.
 */
export async function claimDataDirectory(
  store: DocumentStore,
  documents: SealedDocuments,
  deployment: Deployment,
  mayInitialize: boolean,
): Promise<void> {
  const stored = await store.find(KIND, ID);
  if (stored === undefined) {
    if (!mayInitialize) throw new ServiceError('ERR_STATE_MARKER_MISSING');
    await documents.commit(KIND, ID, 0, utf8(canonicalJson(deployment)));
    return;
  }
  const differing = await findDifferences(documents, deployment);
  if (differing.length === 0) return;
  if (!mayInitialize) {
    throw new ServiceError('ERR_STATE_MARKER_MISMATCH', { detail: { differing } });
  }
  await documents.commit(KIND, ID, stored.generation, utf8(canonicalJson(deployment)));
}

async function findDifferences(
  documents: SealedDocuments,
  deployment: Deployment,
): Promise<readonly string[]> {
  let known: Readonly<Record<string, unknown>>;
  try {
    const opened = await documents.find(KIND, ID);
    known = Object(JSON.parse(decodeUtf8(opened?.plain ?? new Uint8Array()) ?? ''));
  } catch {
    // Sealed by another root key or for another application: the seal says no more than that.
    return ['rootKeyFingerprint', 'appId'];
  }
  return Object.entries(deployment)
    .filter(([name, value]) => known[name] !== value)
    .map(([name]) => name);
}
