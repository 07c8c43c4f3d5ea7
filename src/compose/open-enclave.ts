/** Opens the enclave: the guest agent, the root key and the check of the deployment. */
import { createDstackEnclave } from '../adapters/dstack-enclave.js';
import { createEthersEcdsa } from '../adapters/ethers-ecdsa.js';
import { meteredEcdsa } from '../adapters/metered-ecdsa.js';
import { meteredEnclave } from '../adapters/metered-enclave.js';
import { createSecp256k1Ecdsa } from '../adapters/secp256k1-ecdsa.js';
import { openWasmHashes } from '../adapters/wasm-hashes.js';
import { type Config, describeConfig } from '../config.js';
import { verifyDeployment } from '../evidence/verify-deployment.js';
import type { Ecdsa } from '../keys/ecdsa.js';
import type { Enclave, EnclaveInfo } from '../keys/enclave.js';
import { ServiceKeys } from '../keys/service-keys.js';
import { installHashes, JAVASCRIPT_HASHES } from '../protocol/hashes.js';

/** An enclave that has passed the check of the deployment. */
export type OpenedEnclave = {
  readonly enclave: Enclave;
  readonly ecdsa: Ecdsa;
  readonly info: EnclaveInfo;
  readonly keys: ServiceKeys;
};

/** The options of the enclave. */
export type EnclaveOptions = {
  /** The agent's socket, or undefined for the default of dstack. */
  readonly socket: string | undefined;
  readonly deadlineMs: number;
  readonly countCrypto: () => void;
};

/**
 * Opens the enclave. Rejects ERR_ENCLAVE_* if there is no key, and ERR_DEPLOYMENT_UNSAFE if the
 * measured file does not match the configuration. Rejects ERR_HASHES_SELF_TEST before a key is
 * used.
 */
export async function openEnclave(config: Config, options: EnclaveOptions): Promise<OpenedEnclave> {
  const { DSTACK_SIMULATOR_ENDPOINT: simulator, SEALWRIGHT_MODE: mode } = config;
  const { deadlineMs, countCrypto } = options;
  const enclave = meteredEnclave(
    createDstackEnclave({ endpoint: simulator ?? options.socket, deadlineMs }),
    countCrypto,
  );
  const isNative = config.SIGNER === 'native';
  installHashes(isNative ? await openWasmHashes() : JAVASCRIPT_HASHES);
  const ecdsa = meteredEcdsa(isNative ? createSecp256k1Ecdsa() : createEthersEcdsa(), countCrypto);
  const info = await enclave.getInfo();
  // Only a simulator is exempt, because it measures nothing. Setting SEALWRIGHT_MODE alone does not
  // skip the check.
  if (mode === 'production' || simulator === undefined) {
    verifyDeployment(info.appCompose, describeConfig(config));
  }
  return { enclave, ecdsa, info, keys: await openServiceKeys(enclave, ecdsa) };
}

async function openServiceKeys(enclave: Enclave, ecdsa: Ecdsa): Promise<ServiceKeys> {
  const { key } = await enclave.getKey('sealwright/root/v1', 'sealwright.root.v1');
  const keys = new ServiceKeys(key, ecdsa);
  key.fill(0);
  return keys;
}
