/**
 * mr_config_id: what the host had to declare about an application before the machine was built,
 * signed by the hardware.
 *
 * | form | the next 32 bytes, which 15 zero bytes follow                                       |
 * | ---- | ----------------------------------------------------------------------------------- |
 * | 1    | the compose hash                                                                    |
 * | 2    | Keccak-256 of compose hash, application id, kind of key provider (one byte), its id |
 * | 3    | SHA-256 of "dstack-mr-config-v3:", a zero byte and canonical JSON (see below)       |
 *
 * The JSON of form 3 contains the values of form 2 and the instance id. dstack uses form 1 for a
 * file that names no id of a key provider, and form 2 or 3, depending on its version, for one that
 * does. For machines with GPUs or later manifests, form 3 contains more; such machines are not
 * supported.
 */
import { createHash } from 'node:crypto';
import { keccak_256 } from '@noble/hashes/sha3';
import canonicalize from 'canonicalize';
import { hex } from '../bytes.js';

const KINDS = ['none', 'local', 'kms', 'tpm'] as const;

/** The kind of a key provider. */
export type KeyProviderKind = (typeof KINDS)[number];

/** The facts that the longer forms contain. */
export type ConfigFacts = {
  readonly appId: Uint8Array;
  /** Empty if the deployment has none. */
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

/**
 * Returns the 48 bytes of a form, or undefined if the form is unknown or needs facts that are
 * missing.
 */
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
