/** Creates a document of the stand-in machine without a service, with any facts and settings. */
import { randomBytes } from 'node:crypto';
import { openBoot } from '../../src/evidence/boot.js';
import { quoteDocument, quoteDocuments } from '../../src/evidence/quoted-document.js';
import { createDstackEnclave } from '../../src/adapters/dstack-enclave.js';
import { createSecp256k1Ecdsa } from '../../src/adapters/secp256k1-ecdsa.js';
import {
  startGuestAgent,
  type GuestAgentOptions,
} from '../../scripts/stand-ins/guest-agent/start-guest-agent.js';
import { NONCE } from './audit.js';

export type MintOptions = GuestAgentOptions & {
  readonly settings?: Readonly<Record<string, string | null>>;
  readonly simulated?: boolean;
  readonly generation?: number;
  readonly genesisId?: string;
  readonly kind?: 'json' | 'postgres';
  readonly nonce?: string | null;
  /** Nonces of other callers that share the quote. */
  readonly otherNonces?: readonly string[];
};

export const SETTINGS = {
  SEALWRIGHT_MODE: 'development',
  TINYCLOUD_BOOTSTRAP_ON_SIGN: 'on',
  TINYCLOUD_CHAIN_IDS: '1',
} as const;

const GENESIS = '9e'.repeat(16);

export type MintedDocument = Readonly<Record<string, unknown>> & {
  readonly statement: string;
  readonly quote: string;
  readonly event_log: string;
};

/** Creates a document over the default nonce, with the platform's collateral. */
export async function mintDocument(options: MintOptions = {}): Promise<MintedDocument> {
  const {
    settings = SETTINGS,
    simulated = true,
    generation = 1,
    nonce = NONCE,
    genesisId = GENESIS,
    kind = 'json',
    otherNonces = [],
  } = options;
  const agent = await startGuestAgent({ port: 0, ...options });
  try {
    const enclave = createDstackEnclave({ endpoint: agent.endpoint });
    const facts = {
      info: await enclave.getInfo(),
      agentVersion: await enclave.getVersion(),
      state: { kind, genesisId, generation },
      settings,
      planVersion: 'tinycloud-account/1',
      source: null,
      kmsRootPublicKey: undefined,
      simulated,
    };
    const boot = await openBoot(facts, {
      enclave,
      ecdsa: createSecp256k1Ecdsa(),
      clock: Date.now,
      randomBytes: (length) => new Uint8Array(randomBytes(length)),
    });
    const document =
      nonce === null
        ? {
            shared: await quoteDocument(boot, enclave, Date.now(), null),
            own: { request_nonce: null },
          }
        : (await quoteDocuments(boot, enclave, Date.now(), [nonce, ...otherNonces]))[0];
    if (document === undefined) throw new TypeError('no document');
    return { ...document.shared, ...document.own, collateral: { ...agent.pki.collateral } };
  } finally {
    await agent.close();
  }
}
