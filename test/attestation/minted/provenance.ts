/**
 * Mints provenances of images with a Sigstore of its own: an authority for certificates, a log of
 * certificates, and a log of signatures, by the test helpers of the Sigstore project.
 */
import { createHash, generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import { initializeCA, initializeCTLog, initializeTLog } from '@sigstore/mock';
import { z } from 'zod';

const LOG_URL = 'https://rekor.sigstore.example';
const PAYLOAD_TYPE = 'application/vnd.in-toto+json';

export const REPOSITORY = 'https://github.com/owner/sealwright';
export const WORKFLOW = '.github/workflows/release.yml';
export const COMMIT = 'c0'.repeat(20);
const REF = 'refs/tags/v1.0.0';
/** When provenances are made: after the helpers' authority, which is valid from now on. */
export const AT = new Date(1_000 * Math.ceil(Date.now() / 1_000) + 3_600_000);

/** What the certificate states, by the last number of Fulcio's object identifier. */
const SIGNER = {
  8: 'https://token.actions.githubusercontent.com',
  9: `${REPOSITORY}/${WORKFLOW}@${REF}`,
  10: COMMIT,
  11: 'github-hosted',
  12: REPOSITORY,
  13: COMMIT,
  14: REF,
} as const;

export type Minting = {
  /** SHA-256 of the image. */
  readonly digest: string;
  readonly signer?: Readonly<Partial<Record<keyof typeof SIGNER, string>>>;
  /** The subject of the certificate, if it differs from the workflow. */
  readonly subject?: string;
  readonly statement?: object;
  readonly predicate?: object;
  /** When the signature was logged. The certificate is valid for ten minutes from AT on. */
  readonly loggedAt?: Date;
};

type KeyPair = { readonly privateKey: KeyObject; readonly publicKey: KeyObject };
const keyPair = (): KeyPair => generateKeyPairSync('ec', { namedCurve: 'P-256' });
const der = (key: KeyObject): Buffer => key.export({ format: 'der', type: 'spki' });
const base64 = (bytes: ArrayBufferView | Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
const sha256 = (bytes: Uint8Array): Buffer => createHash('sha256').update(bytes).digest();

/** The statement of a workflow about the image that it built, as GitHub's action writes it. */
function statementOf({ digest, statement, predicate }: Minting): object {
  return {
    _type: 'https://in-toto.io/Statement/v1',
    subject: [{ name: 'ghcr.io/owner/sealwright', digest: { sha256: digest } }],
    predicateType: 'https://slsa.dev/provenance/v1',
    predicate: {
      buildDefinition: {
        buildType: 'https://actions.github.io/buildtypes/workflow/v1',
        externalParameters: { workflow: { ref: REF, repository: REPOSITORY, path: WORKFLOW } },
        internalParameters: { github: { event_name: 'push' } },
        resolvedDependencies: [{ uri: `git+${REPOSITORY}@${REF}`, digest: { gitCommit: COMMIT } }],
        ...predicate,
      },
      runDetails: { builder: { id: `${REPOSITORY}/${WORKFLOW}@${REF}` } },
    },
    ...statement,
  };
}

const loggedSchema = z.record(
  z.string(),
  z.object({
    body: z.string(),
    integratedTime: z.number(),
    logID: z.string(),
    logIndex: z.number(),
    verification: z.object({
      inclusionProof: z.object({ checkpoint: z.string(), rootHash: z.string() }),
      signedEntryTimestamp: z.string(),
    }),
  }),
);

/** The entry of a log with this entry alone, in the form of a bundle. */
function entryOf(untrusted: unknown) {
  const [entry] = Object.values(loggedSchema.parse(untrusted));
  if (entry === undefined) throw new TypeError('nothing was logged');
  const { inclusionProof, signedEntryTimestamp } = entry.verification;
  return {
    logIndex: String(entry.logIndex),
    logId: { keyId: Buffer.from(entry.logID, 'hex').toString('base64') },
    kindVersion: { kind: 'dsse', version: '0.0.1' },
    integratedTime: String(entry.integratedTime),
    inclusionPromise: { signedEntryTimestamp },
    inclusionProof: {
      logIndex: '0',
      rootHash: Buffer.from(inclusionProof.rootHash, 'hex').toString('base64'),
      treeSize: '1',
      hashes: [],
      checkpoint: { envelope: inclusionProof.checkpoint },
    },
    canonicalizedBody: entry.body,
  };
}

/** A minted bundle, to be changed by a test. */
export type MintedProvenance = {
  readonly mediaType: string;
  readonly verificationMaterial: {
    readonly certificate: { readonly rawBytes: string };
    readonly tlogEntries: readonly ReturnType<typeof entryOf>[];
  };
  readonly dsseEnvelope: {
    readonly payload: string;
    readonly payloadType: string;
    readonly signatures: readonly { readonly sig: string }[];
  };
};

export type MintProvenance = (minting: Minting) => Promise<MintedProvenance>;

/** A Sigstore of its own: what it signs, and the roots under which that is genuine. */
export type OwnSigstore = { readonly mint: MintProvenance; readonly trustedRoots: string };

/** A key with its certificate, which takes longest to make. */
type Identity = { readonly privateKey: KeyObject; readonly certificate: ArrayBufferView };

async function certify(
  ca: Awaited<ReturnType<typeof initializeCA>>,
  minting: Minting,
): Promise<Identity> {
  const signer = { ...SIGNER, ...minting.signer };
  const { privateKey, publicKey } = keyPair();
  const certificate = await ca.issueCertificate({
    publicKey: new Uint8Array(der(publicKey)),
    subjectAltName: minting.subject ?? signer[9],
    extensions: Object.entries(signer)
      .filter(([, value]) => value !== '')
      .map(([last, value]) => ({ oid: `1.3.6.1.4.1.57264.1.${last}`, value })),
  });
  return { privateKey, certificate };
}

/** Creates a Sigstore with new keys. */
export async function createSigstore(): Promise<OwnSigstore> {
  const keys = { ca: keyPair(), ctlog: keyPair(), tlog: keyPair() };
  const ctlog = await initializeCTLog(keys.ctlog, AT);
  const ca = await initializeCA(keys.ca, ctlog, AT);
  const identities = new Map<string, Promise<Identity>>();
  const identityOf = (minting: Minting): Promise<Identity> => {
    const name = JSON.stringify([minting.signer, minting.subject]);
    const found = identities.get(name) ?? certify(ca, minting);
    identities.set(name, found);
    return found;
  };
  const mint: MintProvenance = async (minting) => {
    const { privateKey, certificate } = await identityOf(minting);
    const payload = Buffer.from(JSON.stringify(statementOf(minting)));
    const signed = `DSSEv1 ${PAYLOAD_TYPE.length} ${PAYLOAD_TYPE} ${payload.length} `;
    const sig = sign('sha256', Buffer.concat([Buffer.from(signed), payload]), privateKey);
    const tlog = await initializeTLog(LOG_URL, keys.tlog, minting.loggedAt ?? AT);
    const logged: unknown = await tlog.log({
      kind: 'dsse',
      apiVersion: '0.0.1',
      spec: {
        payloadHash: { algorithm: 'sha256', value: sha256(payload).toString('hex') },
        signatures: [{ signature: base64(sig), verifier: base64(certificate) }],
      },
    });
    return {
      mediaType: 'application/vnd.dev.sigstore.bundle.v0.3+json',
      verificationMaterial: {
        certificate: { rawBytes: base64(certificate) },
        tlogEntries: [entryOf(logged)],
      },
      dsseEnvelope: {
        payload: base64(payload),
        payloadType: PAYLOAD_TYPE,
        signatures: [{ sig: base64(sig) }],
      },
    };
  };
  return { mint, trustedRoots: JSON.stringify(rootsOf(keys, ca.rootCertificate)) };
}

function rootsOf(
  { ctlog, tlog }: { readonly ctlog: KeyPair; readonly tlog: KeyPair },
  rootCertificate: ArrayBufferView,
): object {
  const validFor = { start: '2026-01-01T00:00:00Z' };
  const logOf = ({ publicKey }: KeyPair) => ({
    baseUrl: LOG_URL,
    hashAlgorithm: 'SHA2_256',
    publicKey: {
      rawBytes: base64(der(publicKey)),
      keyDetails: 'PKIX_ECDSA_P256_SHA_256',
      validFor,
    },
    logId: { keyId: base64(sha256(der(publicKey))) },
  });
  return {
    mediaType: 'application/vnd.dev.sigstore.trustedroot+json;version=0.1',
    tlogs: [logOf(tlog)],
    certificateAuthorities: [
      { certChain: { certificates: [{ rawBytes: base64(rootCertificate) }] }, validFor },
    ],
    ctlogs: [logOf(ctlog)],
    timestampAuthorities: [],
  };
}
