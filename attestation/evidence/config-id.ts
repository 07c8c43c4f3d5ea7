/**
 * mr_config_id: what the host had to declare of an application before the machine was built, signed by the hardware.
 *
 * | form | then come 32 bytes, then 15 zero bytes                                                              |
 * | ---- | --------------------------------------------------------------------------------------------------- |
 * | 1    | the compose hash                                                                                    |
 * | 2    | Keccak-256 of compose hash, application id, kind of key provider (one byte), its id                 |
 * | 3    | SHA-256 of "dstack-mr-config-v3:", a zero byte, and canonical JSON of those, with the instance's id |
 *
 * dstack takes form 1 for a file that names no key provider's id, and 2 or 3, by its version, for one that does. A form 3 of a
 * machine with GPUs or of a later manifest holds more; such a machine is not known here.
 */
import { createHash } from 'node:crypto';
import { keccak_256 } from '@noble/hashes/sha3';
import canonicalize from 'canonicalize';
import { hex } from '../bytes.js';

const KINDS = ['none', 'local', 'kms', 'tpm'] as const;

export type KeyProviderKind = (typeof KINDS)[number];

export type ConfigFacts = {
  readonly appId: Uint8Array;
  /** Empty where the deployment has none. */
  readonly instanceId: Uint8Array;
  readonly keyProvider: { readonly kind: KeyProviderKind; readonly id: Uint8Array };
};

const LENGTH = 48;
const DOMAIN = 'dstack-mr-config-v3:\0';

function hashOfForm2(composeHash: Uint8Array, { appId, keyProvider }: ConfigFacts): Uint8Array {
  const kind = Uint8Array.of(KINDS.indexOf(keyProvider.kind));
  return keccak_256(Buffer.concat([composeHash, appId, kind, keyProvider.id]));
}

function hashOfForm3(composeHash: Uint8Array, facts: ConfigFacts): Uint8Array {
  const { appId, instanceId, keyProvider } = facts;
  const document = canonicalize({
    version: 3,
    app_id: hex(appId),
    compose_hash: hex(composeHash),
    key_provider: keyProvider.kind,
    ...(keyProvider.id.length === 0 ? {} : { key_provider_id: hex(keyProvider.id) }),
    ...(instanceId.length === 0 ? {} : { instance_id: hex(instanceId) }),
  });
  return createHash('sha256')
    .update(`${DOMAIN}${document ?? ''}`)
    .digest();
}

/** The 48 bytes of a form; undefined for one that is not known, or that needs facts which are not. */
export function encodeConfigId(
  form: number | undefined,
  composeHash: Uint8Array,
  facts: ConfigFacts | undefined,
): Uint8Array | undefined {
  const hash = hashOfForm(form, composeHash, facts);
  if (form === undefined || hash === undefined) return undefined;
  const id = new Uint8Array(LENGTH);
  id[0] = form;
  id.set(hash, 1);
  return id;
}

function hashOfForm(
  form: number | undefined,
  composeHash: Uint8Array,
  facts: ConfigFacts | undefined,
): Uint8Array | undefined {
  if (form === 1) return composeHash;
  if (facts === undefined) return undefined;
  if (form === 2) return hashOfForm2(composeHash, facts);
  return form === 3 ? hashOfForm3(composeHash, facts) : undefined;
}
