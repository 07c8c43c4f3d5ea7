import type { StoreFiles } from '../adapters/json-store/store-files.js';
import type { Logger } from '../runtime/logger.js';
import type { Tuning } from './compose-provisioning.js';

/** The dependencies that a service receives from its process, besides the configuration. */
export type Surroundings = {
  readonly logger: Logger;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
  readonly randomBytes: (length: number) => Uint8Array;
  /** The text of the file that an image build leaves beside the code, if there is one. */
  readonly sourceFile?: string | undefined;
  /**
   * The socket of the guest agent, if not the default of dstack. For tests only; never read from
   * the environment.
   */
  readonly enclaveSocket?: string;
  /** The file operations of the store, if not those of this machine. For tests only. */
  readonly storeFiles?: StoreFiles;
  /**
   * The directory that takes the place of DATA_DIR, which in a rendered file is a volume of the
   * machine. For tests only; never read from the environment.
   */
  readonly dataDir?: string;
  /** Settings that only tests and the local run change. */
  readonly tuning?: Partial<Tuning>;
};
