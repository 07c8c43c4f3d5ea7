/** Tests what a provenance of the image proves, and each way in which one is refused. */
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from '../test.js';
import { runVerifier } from './run-verifier.js';
import { CHECKS } from '../../attestation/checks.js';
import type { Policy } from '../../attestation/policy/policy.js';
import { readBuildIdentity } from '../../attestation/provenance/build-identity.js';
import {
  judgeProvenance,
  verifyProvenance,
} from '../../attestation/provenance/judge-provenance.js';
import { parseProvenanceBundle } from '../../attestation/provenance/provenance-bundle.js';
import {
  ProvenanceError,
  type ProvenanceProblem,
} from '../../attestation/provenance/provenance-error.js';
import { verifySignedPayload } from '../../attestation/provenance/verify-signed-payload.js';
import { Findings, type Report, type ReportedCheck } from '../../attestation/report.js';
import { audit, LOCAL_POLICY, NONCE, notPassed, statusOf } from './audit.js';
import { appComposeText, composeWith, GOOD_DIGEST } from './good-app-compose.js';
import { mintDocument } from './mint-document.js';
import {
  AT,
  COMMIT,
  createSigstore,
  REPOSITORY,
  WORKFLOW,
  type MintedProvenance,
  type Minting,
  type OwnSigstore,
} from './minted/provenance.js';

const OTHER = 'ab'.repeat(20);
const SOURCE = { repository: REPOSITORY, workflow: WORKFLOW, commits: [COMMIT] };
const IMAGES = new Map([['sealwright', `ghcr.io/owner/sealwright@sha256:${GOOD_DIGEST}`]]);

const composedOf = (text: string) => ({ compose: new Uint8Array(Buffer.from(text)) });

let sigstore: OwnSigstore;
let good: MintedProvenance;
let document = '';
test.before('a Sigstore, a provenance and a document are minted', async (t) => {
  sigstore = await createSigstore();
  good = await sigstore.mint({ digest: GOOD_DIGEST });
  document = JSON.stringify(await mintDocument(composedOf(appComposeText())));
  t.true(document.length > 0);
});

const questionOf = (bundle: string, trustedRoots = sigstore.trustedRoots) => ({
  bundle,
  trustedRoots,
  verifySignedPayload,
});

/** Returns why a bundle is refused, or undefined if it is genuine. */
function problemOf(
  bundle: string | object,
  { trustedRoots = sigstore.trustedRoots, commit = COMMIT, images = IMAGES } = {},
): ProvenanceProblem | undefined {
  const text = typeof bundle === 'string' ? bundle : JSON.stringify(bundle);
  const statement = { source: { commit, lockfile_sha256: '00'.repeat(32) } };
  try {
    verifyProvenance(questionOf(text, trustedRoots), { images, statement });
    return undefined;
  } catch (error) {
    if (!(error instanceof ProvenanceError)) throw error;
    return error.code;
  }
}

const checkOf = ({ checks }: Report): ReportedCheck => {
  const check = checks.find(({ id }) => id === 'source.provenance');
  if (check === undefined) throw new TypeError('the report has no such check');
  return check;
};

/** Judges a whole document that names the image. */
const reportOf = (bundle: object | undefined, source: Policy['source'] | null): Report =>
  audit(document, {
    nonce: NONCE,
    policy: { ...LOCAL_POLICY, ...(source && { source }) },
    provenance: bundle && questionOf(JSON.stringify(bundle)),
  });

/** Judges a provenance alone. */
function judged(bundle: object, source: Policy['source'] | null = SOURCE): ReportedCheck {
  const findings = new Findings();
  const policy = { ...LOCAL_POLICY, ...(source && { source }) };
  const claims = { images: IMAGES, statement: undefined };
  judgeProvenance(findings, questionOf(JSON.stringify(bundle)), claims, policy);
  const about = {
    hardware: 'genuine',
    policy: { name: '', reviewed: true },
    judged_at: '',
  } as const;
  return checkOf(findings.report(about, new Set()));
}

test('a provenance of the measured image by the workflow and commit of the policy passes', (t) => {
  const report = reportOf(good, SOURCE);
  t.is(report.verdict, 'accepted');
  const { status, measured = '', expected = '' } = checkOf(report);
  t.is(status, 'pass');
  for (const word of [COMMIT, REPOSITORY, WORKFLOW, 'github-hosted']) {
    t.true(measured.includes(word), word);
  }
  t.true(expected.includes(COMMIT) && expected.includes(WORKFLOW));
});

test('without a provenance the check is skipped, and rejects where the policy names a source', (t) => {
  const unasked = reportOf(undefined, null);
  t.like(checkOf(unasked), { status: 'skip', required: false });
  t.is(unasked.verdict, 'accepted');
  const asked = reportOf(undefined, SOURCE);
  t.like(checkOf(asked), { status: 'skip', required: true });
  t.deepEqual(notPassed(asked), ['source.provenance']);
});

test('a provenance that fails rejects the document', async (t) => {
  const report = reportOf(await sigstore.mint({ digest: 'ab'.repeat(32) }), SOURCE);
  t.deepEqual(notPassed(report), ['source.provenance']);
});

test('a file whose images are not by digest is refused before any provenance is read', async (t) => {
  const loose = composeWith(`@sha256:${GOOD_DIGEST}`, ':latest');
  const composed = composedOf(appComposeText({ docker_compose_file: loose }));
  const text = JSON.stringify(await mintDocument(composed));
  const policy = { ...LOCAL_POLICY, source: SOURCE };
  const provenance = questionOf(JSON.stringify(good));
  const report = audit(text, { nonce: NONCE, policy, provenance });
  t.is(statusOf(report, 'source.image'), 'fail');
  t.is(statusOf(report, 'source.provenance'), 'skip');
  t.is(report.verdict, 'rejected');
});

/** Signers that are genuine, and that the policy does not accept. */
const FOREIGN: Readonly<Record<string, NonNullable<Minting['signer']>>> = {
  'another issuer': { 8: 'https://gitlab.com' },
  'a workflow of another file': {
    9: `${REPOSITORY}/.github/workflows/ci.yml@refs/tags/v1.0.0`,
  },
  'a workflow of another repository': {
    9: 'https://github.com/evil/sealwright/.github/workflows/release.yml@refs/tags/v1.0.0',
  },
  'a workflow at another reference': { 9: `${REPOSITORY}/${WORKFLOW}@refs/heads/evil` },
  'a workflow of another commit': { 10: OTHER },
  'a runner of its own': { 11: 'self-hosted' },
};

test('a genuine provenance by a signer that the policy does not accept is a miss of the policy', async (t) => {
  const miss = CHECKS.get('source.provenance')?.miss;
  for (const [what, signer] of Object.entries(FOREIGN)) {
    const bundle = await sigstore.mint({ digest: GOOD_DIGEST, signer });
    t.is(problemOf(bundle), undefined, what);
    t.like(judged(bundle), { status: 'fail', cut: 'policy', means: miss }, what);
  }
});

test('a policy accepts its own repository and commits alone, and none if it names no source', (t) => {
  const repository = 'https://github.com/owner/other';
  t.like(judged(good, { ...SOURCE, repository }), { status: 'fail', cut: 'policy' });
  t.like(judged(good, { ...SOURCE, commits: [OTHER] }), { status: 'fail', cut: 'policy' });
  t.is(judged(good, { ...SOURCE, commits: [OTHER, COMMIT] }).status, 'pass');
  t.is(judged(good, { ...SOURCE, issuer: 'https://issuer.example' }).status, 'fail');
  t.like(judged(good, null), { status: 'fail', cut: 'policy' });
});

test('a source of another repository is named, even if the workflow is the expected one', async (t) => {
  const elsewhere = 'https://github.com/owner/other';
  const bundle = await sigstore.mint({
    digest: GOOD_DIGEST,
    signer: { 12: elsewhere },
    predicate: {
      externalParameters: {
        workflow: { repository: elsewhere, path: WORKFLOW, ref: 'refs/tags/v1.0.0' },
      },
      resolvedDependencies: [
        { uri: `git+${elsewhere}@refs/tags/v1.0.0`, digest: { gitCommit: COMMIT } },
      ],
    },
  });
  t.is(problemOf(bundle), undefined);
  t.like(judged(bundle), { status: 'fail', cut: 'policy' });
});

/**
 * A statement that its signer did sign, and that is not a provenance of this image by this build.
 */
const STATEMENTS: readonly (readonly [string, Omit<Minting, 'digest'>, ProvenanceProblem])[] = [
  ['no in-toto statement', { statement: { _type: 'https://example.org/v1' } }, 'statement'],
  ['no subject', { statement: { subject: [] } }, 'statement'],
  [
    'a list of parts',
    { statement: { predicateType: 'https://spdx.dev/Document/v2.3' } },
    'predicate',
  ],
  ['no predicate', { statement: { predicate: null } }, 'statement'],
  ['a build elsewhere', { predicate: { buildType: 'https://example.org/v1' } }, 'build-type'],
  ['no commit', { predicate: { resolvedDependencies: [] } }, 'contradiction'],
  [
    'another commit than the certificate',
    {
      predicate: {
        resolvedDependencies: [
          { uri: `git+${REPOSITORY}@refs/tags/v1.0.0`, digest: { gitCommit: OTHER } },
        ],
      },
    },
    'contradiction',
  ],
  [
    'another repository than the certificate',
    { signer: { 12: `${REPOSITORY}2` } },
    'contradiction',
  ],
  ['another reference than the certificate', { signer: { 14: 'refs/tags/v2' } }, 'contradiction'],
  [
    'a digest of another kind',
    { statement: { subject: [{ digest: { sha512: GOOD_DIGEST } }] } },
    'subject',
  ],
  ['a certificate without a commit', { signer: { 13: '' } }, 'certificate'],
  ['a certificate with a commit of two words', { signer: { 13: `${COMMIT} x` } }, 'certificate'],
  ['a certificate for another workflow', { subject: `${REPOSITORY}/x.yml@main` }, 'certificate'],
];

test('a signed statement that is no provenance of this build is refused with its code', async (t) => {
  for (const [what, minting, code] of STATEMENTS) {
    t.is(problemOf(await sigstore.mint({ digest: GOOD_DIGEST, ...minting })), code, what);
  }
});

test('a provenance of another image, or of another commit than the service claims, fails', async (t) => {
  t.is(problemOf(await sigstore.mint({ digest: 'ab'.repeat(32) })), 'subject');
  const images = new Map([...IMAGES, ['db', `postgres@sha256:${'ab'.repeat(32)}`]]);
  t.is(problemOf(good, { images }), 'subject');
  t.is(problemOf(good, { commit: OTHER }), 'claim');
});

test('a signature that was logged after its certificate expired is refused', async (t) => {
  const late = new Date(AT.getTime() + 11 * 60_000);
  t.is(problemOf(await sigstore.mint({ digest: GOOD_DIGEST, loggedAt: late })), 'certificate');
  const early = new Date(AT.getTime() - 60_000);
  t.is(problemOf(await sigstore.mint({ digest: GOOD_DIGEST, loggedAt: early })), 'certificate');
});

test('a provenance of another Sigstore is refused', async (t) => {
  const { trustedRoots } = await createSigstore();
  t.is(problemOf(good, { trustedRoots }), 'certificate');
  t.is(problemOf(good, { trustedRoots: '{}' }), 'certificate');
  t.is(problemOf(good, { trustedRoots: '[' }), 'roots');
  t.is(problemOf(good, { trustedRoots: '{"tlogs":[{}]}' }), 'roots');
});

const GENUINE = 'test/vectors/sigstore/sigstore-js-2.2.0.bundle.json';
const pathOf = (path: string): string => new URL(`../../../${path}`, import.meta.url).pathname;
const file = (path: string): string => readFileSync(pathOf(path), 'utf8');

test('a provenance of the public Sigstore is genuine under the shipped roots alone', (t) => {
  const bundle = file(GENUINE);
  const trustedRoots = file('attestation/trusted-roots/sigstore-public-good.json');
  const signed = verifySignedPayload(parseProvenanceBundle(bundle), trustedRoots);
  t.like(readBuildIdentity(signed), {
    repository: 'https://github.com/sigstore/sigstore-js',
    commit: 'd9093d4b3b99d9ee446633ac7074e43cea78c727',
    runner: 'github-hosted',
  });
  // It is about a package of npm: nothing of ours, and built under older rules.
  t.is(problemOf(bundle, { trustedRoots }), 'build-type');
  t.is(problemOf(bundle), 'certificate');
  t.is(problemOf(good, { trustedRoots }), 'certificate');
});

test('the command judges a provenance under the shipped roots, or under roots of the auditor', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'sealwright-provenance-'));
  t.teardown(() => rm(folder, { recursive: true, force: true }));
  await writeFile(join(folder, 'document.json'), document);
  const judge = async (...more: readonly string[]): Promise<string> => {
    const inputs = [
      join(folder, 'document.json'),
      '--policy',
      pathOf('attestation/policy.local.json'),
    ];
    const options = ['--provenance', pathOf(GENUINE), '--offline', '--json', ...more];
    const { out, err } = await runVerifier([...inputs, ...options]);
    t.is(err, '');
    const report = JSON.parse(out) as Report;
    return `${checkOf(report).measured ?? ''} ${report.headlines.join(' ')}`;
  };
  t.regex(await judge(), /^build-type: /);
  const own = await judge('--provenance-root', pathOf('test/vectors/sigstore/none.json'));
  t.regex(own, /^certificate: .*roots of your own/);
});
