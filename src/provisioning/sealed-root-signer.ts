import { ServiceError } from '../errors.js';
import type { RootSigner } from '../bootstrap/root-signer.js';
import { utf8 } from '../protocol/bytes.js';
import { personalMessageDigest } from '../protocol/eip191.js';
import type { ProvisioningContext } from './provisioning-context.js';
import type { RunSubject } from './run-record.js';

/**
 * Creates the root signer of a user's sealed key. It checks all gates again before each signature.
 * Rejects ERR_BOOTSTRAP_GATE_CLOSED.
 */
export async function createSealedRootSigner(
  { users, keys, settings, countRootSignature }: ProvisioningContext,
  { userId, keyId, chainId }: RunSubject,
): Promise<RootSigner> {
  const closed = (): ServiceError => new ServiceError('ERR_BOOTSTRAP_GATE_CLOSED');

  async function openKey() {
    const user = await users.find(userId);
    const key = user?.keys.find(({ id }) => id === keyId);
    if (key === undefined || key.archivedAtMs !== undefined) throw closed();
    if (!settings.enabled || user?.preferences.autoSignEnabled !== true) throw closed();
    return key;
  }

  const { address } = await openKey();
  return {
    owner: { chainId, address },
    sign: async (text) => {
      const signature = keys.sign(await openKey(), personalMessageDigest(utf8(text)));
      countRootSignature();
      return signature;
    },
  };
}
