/** Opens the state: the directory, its seal and the marker that ties it to the deployment. */
import type { StoreFiles } from '../adapters/json-store/store-files.js';
import { openJsonStateStore } from '../adapters/json-state-store.js';
import type { StateStore } from '../accounts/state-store.js';
import { createSealedDocuments, type SealedDocuments } from '../accounts/sealed-documents.js';
import { claimDataDirectory, type Volume } from '../accounts/store-marker.js';
import type { Config } from '../config.js';
import type { ServiceKeys } from '../keys/service-keys.js';
import { hex } from '../protocol/bytes.js';

/** The state of a deployment, locked by this process. */
export type OpenedState = {
  readonly store: StateStore;
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
 * Opens the state. Rejects ERR_DATA_DIR*, ERR_STORE_* or ERR_STATE_*, after releasing the
 * directory.
 */
export async function openState(config: Config, options: StateOptions): Promise<OpenedState> {
  const { keys, appId, randomBytes, countRead, onCheckpointFailure, files } = options;
  const { dataDir = config.DATA_DIR } = options;
  const journal = { onCheckpointFailure };
  const store = await openJsonStateStore(dataDir, { files, journal });
  try {
    const documents = createSealedDocuments(store, keys, appId, randomBytes, countRead);
    const deployment = {
      mode: config.SEALWRIGHT_MODE,
      appId,
      rootKeyFingerprint: keys.fingerprint,
      publicOrigin: config.PUBLIC_ORIGIN,
    };
    const newId = (): string => hex(randomBytes(16));
    const volume = await claimDataDirectory(store, documents, deployment, config.STATE_INIT, newId);
    return { store, documents, volume };
  } catch (error) {
    await store.close();
    throw error;
  }
}
