/**
 * Opens the state: the directory or the database, its seal, and the marker that ties it to the
 * deployment.
 */
import type { StoreFiles } from '../adapters/json-store/store-files.js';
import { openJsonStateStore } from '../adapters/json-state-store.js';
import { openPostgresStateStore } from '../adapters/postgres-state-store.js';
import { type HaltableStore, haltableStore } from '../accounts/haltable-store.js';
import { requireNoRollback } from '../accounts/rollback-notice.js';
import { createSealedDocuments, type SealedDocuments } from '../accounts/sealed-documents.js';
import { claimDataDirectory, type Volume } from '../accounts/store-marker.js';
import type { Config } from '../config.js';
import type { SharedCounters } from '../limits/shared-counters.js';
import type { ServiceKeys } from '../keys/service-keys.js';
import { hex } from '../protocol/bytes.js';

/** The state of a deployment. A directory is locked by this process. */
export type OpenedState = {
  readonly store: HaltableStore;
  /** Whether other replicas may use the store at the same time. */
  readonly isShared: boolean;
  /** The counters of a shared store. */
  readonly counters: SharedCounters | undefined;
  readonly documents: SealedDocuments;
  readonly volume: Volume;
};

/** The dependencies of the state. */
export type StateOptions = {
  readonly keys: ServiceKeys;
  readonly appId: string;
  readonly randomBytes: (length: number) => Uint8Array;
  readonly countRead: () => void;
  readonly onCheckpointFailure: (error: unknown) => void;
  readonly files?: StoreFiles | undefined;
  /** Takes the place of DATA_DIR. */
  readonly dataDir?: string | undefined;
};

/**
 * Opens the state. Rejects ERR_DATA_DIR*, ERR_DATABASE_*, ERR_STORE_* or ERR_STATE_*, after
 * releasing the directory.
 */
export async function openState(config: Config, options: StateOptions): Promise<OpenedState> {
  const { keys, appId, randomBytes, countRead, onCheckpointFailure, files } = options;
  const { DATABASE_URL: databaseUrl, DATA_DIR = '' } = config;
  const { dataDir = DATA_DIR } = options;
  const isShared = databaseUrl !== undefined;
  const journal = { onCheckpointFailure };
  const shared = isShared ? await openPostgresStateStore(databaseUrl) : undefined;
  const store = haltableStore(shared ?? (await openJsonStateStore(dataDir, { files, journal })));
  try {
    const documents = createSealedDocuments(store, keys, {
      appId,
      randomBytes,
      onRead: countRead,
      isShared,
    });
    const deployment = {
      mode: config.SEALWRIGHT_MODE,
      appId,
      rootKeyFingerprint: keys.fingerprint,
      publicOrigin: config.PUBLIC_ORIGIN,
    };
    if (isShared) await requireNoRollback(documents, config.STATE_RESTORED);
    const newId = (): string => hex(randomBytes(16));
    const volume = await claimDataDirectory(store, documents, deployment, config.STATE_INIT, newId);
    return { store, isShared, counters: shared?.counters, documents, volume };
  } catch (error) {
    await store.close();
    throw error;
  }
}
