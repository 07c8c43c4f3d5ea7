/**
 * One boot of the service as its evidence describes it: identity, start time and keys.
 *
 * The identity key comes from the enclave and only proves possession. The receipts key is random
 * and never stored. If it were derived from the application's key, every compose file that was ever
 * allowed for the application could derive it again and back-date receipts.
 */
import {
  IDENTITY_KEY_PATH,
  IDENTITY_KEY_PURPOSE,
  possessionDigestOf,
  STATEMENT_PURPOSE,
  type Statement,
} from '../../attestation/schema/statement.js';
import { recoverSignatureChain } from '../../attestation/evidence/signature-chain.js';
import { EvidenceError } from '../../attestation/check.js';
import { ServiceError } from '../errors.js';
import type { Ecdsa } from '../keys/ecdsa.js';
import type { Enclave, EnclaveInfo } from '../keys/enclave.js';
import { hex, parseHex } from '../protocol/bytes.js';
import { ed25519KeyOf, type Ed25519Key } from '../protocol/ed25519.js';
import { compressPublicKey } from '../protocol/public-key.js';
import type { Source } from './source-file.js';

/** The facts that a boot states about itself. */
export type BootFacts = {
  readonly info: EnclaveInfo;
  readonly agentVersion: string | null;
  readonly state: {
    readonly kind: Statement['state']['kind'];
    readonly genesisId: string;
    readonly generation: number;
  };
  /** Effective settings under the names of the environment variables, or null for those not set. */
  readonly settings: Readonly<Record<string, string | null>>;
  readonly planVersion: string;
  readonly source: Source | null;
  readonly kmsRootPublicKey: string | undefined;
  readonly simulated: boolean;
  /** Returns how the service ends TLS now. Undefined if a gateway ends TLS. */
  readonly tls?: (() => NonNullable<Statement['tls']>) | undefined;
};

/** The identity key and the signatures that endorse it, in hex. */
export type Custody = {
  readonly publicKey: string;
  readonly signatureChain: readonly [string, string];
};

/** A boot with its keys. */
export type Boot = BootFacts & {
  readonly bootId: string;
  readonly startedAtMs: number;
  readonly custody: Custody;
  readonly receiptsKey: Ed25519Key;
  /** Signs the possession digest of these report data. Returns r ‖ s. */
  provePossession(reportData: Uint8Array): Uint8Array;
};

type Around = {
  readonly enclave: Enclave;
  readonly ecdsa: Ecdsa;
  readonly clock: () => number;
  readonly randomBytes: (length: number) => Uint8Array;
};

/**
 * Opens the identity key. Rejects ERR_ENCLAVE_CUSTODY if its signature chain does not end at the
 * configured KMS root.
 */
export async function openBoot(facts: BootFacts, around: Around): Promise<Boot> {
  const { enclave, ecdsa, clock, randomBytes } = around;
  const { key, signatureChain } = await enclave.getKey(IDENTITY_KEY_PATH, IDENTITY_KEY_PURPOSE);
  const uncompressed = ecdsa.publicKeyOf(key);
  if (uncompressed === undefined) throw new ServiceError('ERR_ENCLAVE_REPLY');
  const publicKey = compressPublicKey(uncompressed);
  verifyCustody(facts, publicKey, signatureChain);
  return {
    ...facts,
    bootId: hex(randomBytes(16)),
    startedAtMs: clock(),
    custody: {
      publicKey: hex(publicKey),
      signatureChain: [hex(signatureChain[0]), hex(signatureChain[1])],
    },
    receiptsKey: ed25519KeyOf(randomBytes(32)),
    provePossession: (reportData) =>
      ecdsa.sign(possessionDigestOf(reportData), key).subarray(0, 64),
  };
}

function verifyCustody(
  { info, kmsRootPublicKey }: BootFacts,
  publicKey: Uint8Array,
  signatureChain: readonly [Uint8Array, Uint8Array],
): void {
  try {
    const endorsed = { purpose: IDENTITY_KEY_PURPOSE, publicKey, signatureChain };
    const chain = recoverSignatureChain({ ...endorsed, appId: parseHex(info.appId) });
    if (kmsRootPublicKey === undefined) return;
    const root = chain.kmsRoot === undefined ? '' : hex(chain.kmsRoot);
    if (root !== kmsRootPublicKey) throw new ServiceError('ERR_ENCLAVE_CUSTODY');
  } catch (cause) {
    if (cause instanceof EvidenceError) throw new ServiceError('ERR_ENCLAVE_CUSTODY', { cause });
    throw cause;
  }
}

/** What a statement is made for: one nonce, several that share it, or null for the start itself. */
export type Asked = string | NonNullable<Statement['nonce_tree']> | null;

/** Returns the statement of this boot for a time and what was asked. */
export function stateOf(boot: Boot, issuedAtMs: number, asked: Asked): Statement {
  const startedAt = new Date(boot.startedAtMs).toISOString();
  return {
    purpose: STATEMENT_PURPOSE,
    version: 1,
    app_id: boot.info.appId,
    instance_id: boot.info.instanceId,
    boot_id: boot.bootId,
    started_at: startedAt,
    issued_at: new Date(issuedAtMs).toISOString(),
    nonce: typeof asked === 'string' ? asked : null,
    ...(asked === null || typeof asked === 'string' ? {} : { nonce_tree: asked }),
    keys: [
      {
        id: 'identity',
        alg: 'secp256k1',
        path: IDENTITY_KEY_PATH,
        purpose: IDENTITY_KEY_PURPOSE,
        public_key: boot.custody.publicKey,
      },
      {
        id: 'receipts',
        alg: 'ed25519',
        public_key: hex(boot.receiptsKey.publicKey),
        not_before: startedAt,
      },
    ],
    kms_root_public_key: boot.kmsRootPublicKey ?? null,
    state: {
      kind: boot.state.kind,
      genesis_id: boot.state.genesisId,
      generation: boot.state.generation,
    },
    config: { ...boot.settings },
    plan_version: boot.planVersion,
    source: boot.source,
    ...(boot.tls === undefined ? {} : { tls: boot.tls() }),
  };
}
