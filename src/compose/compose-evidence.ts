/** Composes the evidence: the facts of this boot, collateral, documents and receipts. */
import { openPccsCollateral } from '../adapters/pccs-collateral.js';
import { PLAN_VERSION } from '../bootstrap/plan.js';
import { type Config, describeConfig } from '../config.js';
import { type CollateralSource, NO_COLLATERAL } from '../evidence/collateral-source.js';
import { type Evidence, openEvidence } from '../evidence/open-evidence.js';
import { parseSourceFile } from '../evidence/source-file.js';
import { bootDocumentsInUse } from '../replicas/replicas.js';
import type { OpenedEnclave } from './open-enclave.js';
import type { OpenedState } from './open-state.js';
import type { OpenedTls } from './open-tls.js';
import type { Surroundings } from './surroundings.js';

/**
 * Opens the evidence. Rejects ERR_ENCLAVE_* or ERR_STORE_*, and the service must then not start.
 */
export function composeEvidence(
  config: Config,
  around: Pick<Surroundings, 'logger' | 'clock' | 'randomBytes' | 'sourceFile'>,
  { enclave, ecdsa, info }: OpenedEnclave,
  { documents, isShared, volume }: OpenedState,
  tls: OpenedTls | undefined,
): Promise<Evidence> {
  const { logger, clock, randomBytes } = around;
  const openCollateral = async (quote: Uint8Array): Promise<CollateralSource> =>
    config.PCCS_URL === undefined
      ? NO_COLLATERAL
      : openPccsCollateral(quote, {
          url: config.PCCS_URL,
          clock,
          onFailure: (error) => logger.warn('collateral-unavailable', { error }),
        });
  const facts = {
    info,
    state: { kind: isShared ? ('postgres' as const) : ('json' as const), ...volume },
    settings: describeConfig(config),
    planVersion: PLAN_VERSION,
    source: parseSourceFile(around.sourceFile),
    kmsRootPublicKey: config.KMS_ROOT_PUBLIC_KEY,
    simulated: config.DSTACK_SIMULATOR_ENDPOINT !== undefined,
    tls: tls?.state,
  };
  const findBootsInUse = isShared
    ? (): Promise<ReadonlySet<string>> => bootDocumentsInUse(documents)
    : undefined;
  const parts = { enclave, ecdsa, documents, findBootsInUse, openCollateral, clock, randomBytes };
  return openEvidence(facts, parts);
}
