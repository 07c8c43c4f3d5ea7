/**
 * Computes mr_config_id as the host's virtual machine monitor declares it, in one of three forms.
 */
import { createHash } from 'node:crypto';
import { keccak_256 } from '@noble/hashes/sha3';
import { concatBytes, hex, utf8 } from '../../../src/protocol/bytes.js';
import { composeHashOf } from './compose-file.js';

export type ConfigIdForm = 1 | 2 | 3;

type Identity = { readonly appId: Uint8Array; readonly instanceId: Uint8Array };

const KMS = 2;

/** Returns the id of the key provider that a file names, or empty bytes if it names none. */
function providerIdOf(compose: Uint8Array): string {
  try {
    const { key_provider_id: id } = JSON.parse(Buffer.from(compose).toString('utf8')) as {
      key_provider_id?: unknown;
    };
    return typeof id === 'string' ? id : '';
  } catch {
    return '';
  }
}

/**
 * By default, the form is 3 for a file that names its key provider, which is assumed to be a KMS,
 * and 1 for any other.
 */
export function configIdOf(
  compose: Uint8Array,
  { appId, instanceId }: Identity,
  form: ConfigIdForm = providerIdOf(compose) === '' ? 1 : 3,
): Uint8Array {
  const composeHash = composeHashOf(compose);
  const provider = providerIdOf(compose);
  const kind = Uint8Array.of(KMS);
  const document = [
    `{"app_id":"${hex(appId)}","compose_hash":"${hex(composeHash)}",`,
    `"instance_id":"${hex(instanceId)}","key_provider":"kms",`,
    `"key_provider_id":"${provider}","version":3}`,
  ].join('');
  const hashes = {
    1: composeHash,
    2: keccak_256(
      concatBytes(composeHash, appId, kind, new Uint8Array(Buffer.from(provider, 'hex'))),
    ),
    3: createHash('sha256')
      .update(utf8(`dstack-mr-config-v3:\0${document}`))
      .digest(),
  };
  return concatBytes(Uint8Array.of(form), new Uint8Array(hashes[form]), new Uint8Array(15));
}
