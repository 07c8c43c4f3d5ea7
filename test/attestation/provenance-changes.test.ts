/** Tests that a provenance whose bundle was changed, or that is none, is refused with its code. */
import { test } from '../test.js';
import { parseProvenanceBundle } from '../../attestation/provenance/provenance-bundle.js';
import {
  ProvenanceError,
  type ProvenanceProblem,
} from '../../attestation/provenance/provenance-error.js';
import { verifySignedPayload } from '../../attestation/provenance/verify-signed-payload.js';
import { AT, createSigstore, type MintedProvenance } from './minted/provenance.js';

let trustedRoots = '';
let good: MintedProvenance;
test.before('a provenance is minted', async (t) => {
  const sigstore = await createSigstore();
  trustedRoots = sigstore.trustedRoots;
  good = await sigstore.mint({ digest: 'ab'.repeat(32) });
  t.is(problemOf(good), undefined);
});

/** Returns why a bundle is refused, or undefined if its signature holds. */
function problemOf(bundle: string | object): ProvenanceProblem | undefined {
  const text = typeof bundle === 'string' ? bundle : JSON.stringify(bundle);
  try {
    verifySignedPayload(parseProvenanceBundle(text), trustedRoots);
    return undefined;
  } catch (error) {
    if (!(error instanceof ProvenanceError)) throw error;
    return error.code;
  }
}

type Change = (bundle: MintedProvenance) => object;

const withEntry =
  (change: object): Change =>
  ({ verificationMaterial: material, ...bundle }) => ({
    ...bundle,
    verificationMaterial: {
      ...material,
      tlogEntries: material.tlogEntries.map((entry) => ({ ...entry, ...change })),
    },
  });

const withEnvelope =
  (change: (envelope: MintedProvenance['dsseEnvelope']) => object): Change =>
  (bundle) => ({
    ...bundle,
    dsseEnvelope: { ...bundle.dsseEnvelope, ...change(bundle.dsseEnvelope) },
  });

const flipped = (text: string, at: number): string => {
  const bytes = Buffer.from(text, 'base64');
  bytes[at] = (bytes[at] ?? 0) ^ 1;
  return bytes.toString('base64');
};

/** Replaces the name of the signer of a checkpoint. */
const renamed =
  (name: string): Change =>
  (bundle) => {
    const [entry] = bundle.verificationMaterial.tlogEntries;
    const proof = entry?.inclusionProof;
    const envelope = proof?.checkpoint.envelope.replace(/\u2014 \S+/, `\u2014 ${name}`);
    return withEntry({ inclusionProof: { ...proof, checkpoint: { envelope } } })(bundle);
  };

const CHANGES: readonly (readonly [string, Change, ProvenanceProblem])[] = [
  ['an altered payload', withEnvelope(({ payload }) => ({ payload: flipped(payload, 40) })), 'log'],
  [
    'an altered signature',
    withEnvelope(({ signatures: [first] }) => ({
      signatures: [{ sig: flipped(first?.sig ?? '', 20) }],
    })),
    'log',
  ],
  [
    'another type of payload',
    withEnvelope(() => ({ payloadType: 'application/vnd.in-toto+json;x' })),
    'form',
  ],
  [
    'two signatures',
    withEnvelope(({ signatures }) => ({ signatures: [...signatures, ...signatures] })),
    'form',
  ],
  [
    'no entry in a log',
    ({ verificationMaterial: { certificate }, ...bundle }) => ({
      ...bundle,
      verificationMaterial: { certificate, tlogEntries: [] },
    }),
    'log',
  ],
  ['a promise to log alone', withEntry({ inclusionProof: undefined }), 'log'],
  ['no time of the log', withEntry({ inclusionPromise: undefined }), 'time'],
  [
    'another time of the log',
    withEntry({ integratedTime: String(AT.getTime() / 1_000 + 1) }),
    'log',
  ],
  [
    'an entry about something else',
    withEntry({
      canonicalizedBody: Buffer.from('{"kind":"dsse","apiVersion":"0.0.1"}').toString('base64'),
    }),
    'log',
  ],
  ['an entry that is no JSON', withEntry({ canonicalizedBody: 'eA==' }), 'log'],
  [
    'a checkpoint that is none',
    withEntry({
      inclusionProof: {
        logIndex: '0',
        rootHash: `${'A'.repeat(43)}=`,
        treeSize: '1',
        checkpoint: { envelope: 'x\n\n' },
      },
    }),
    'form',
  ],
  ['a checkpoint of another log', renamed('log.example'), 'log'],
  ['a checkpoint whose signer is a pattern', renamed('(.*)*x'), 'form'],
  [
    'an older version',
    (bundle) => ({ ...bundle, mediaType: 'application/vnd.dev.sigstore.bundle+json;version=0.1' }),
    'form',
  ],
  ['an unknown member', (bundle) => ({ ...bundle, messageSignature: {} }), 'form'],
  [
    'a certificate that is none',
    ({ verificationMaterial: material, ...bundle }) => ({
      ...bundle,
      verificationMaterial: { ...material, certificate: { rawBytes: 'AAAA' } },
    }),
    'form',
  ],
];

test('a changed bundle is refused with its code', (t) => {
  for (const [what, change, code] of CHANGES) t.is(problemOf(change(good)), code, what);
});

test('a bundle that is too large or not JSON is refused before anything reads it', (t) => {
  t.is(problemOf(`${JSON.stringify(good)}${' '.repeat(256 * 1024)}`), 'size');
  t.is(problemOf('{"mediaType":'), 'json');
  t.is(problemOf(JSON.stringify(good).replace('{', '{"mediaType":"",')), 'json');
  t.is(problemOf('[]'), 'form');
});
