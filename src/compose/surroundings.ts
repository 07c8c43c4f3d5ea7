import type { Logger } from '../runtime/logger.js';
import type { Tuning } from './compose-provisioning.js';

/** What a service gets from its process besides the configuration. */
export type Surroundings = {
  readonly logger: Logger;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
  readonly randomBytes: (length: number) => Uint8Array;
  /** The text of the file that an image's build leaves beside the code, if there is one. */
  readonly sourceFile?: string | undefined;
  /** Where the guest agent listens, if not where dstack puts it. For tests only; never read from the environment. */
  readonly enclaveSocket?: string;
  /** Settings that only tests and the local run change. */
  readonly tuning?: Partial<Tuning>;
};
