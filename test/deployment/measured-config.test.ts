/**
 * Tests the verifier's verdicts on a rehearsed deployment: a genuine one passes, and each forgery
 * fails at its check.
 */
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ExecutionContext } from 'ava';
import { test } from '../test.js';
import { type Policy, policySchema } from '../../attestation/policy/policy.js';
import { createSealedDocuments } from '../../src/accounts/sealed-documents.js';
import { createDstackEnclave } from '../../src/adapters/dstack-enclave.js';
import { openJsonStateStore } from '../../src/adapters/json-state-store.js';
import { createSecp256k1Ecdsa } from '../../src/adapters/secp256k1-ecdsa.js';
import { NO_COLLATERAL } from '../../src/evidence/collateral-source.js';
import { openEvidence } from '../../src/evidence/open-evidence.js';
import { PLAN_VERSION } from '../../src/bootstrap/plan.js';
import { describeConfig, parseConfig } from '../../src/config.js';
import { ServiceKeys } from '../../src/keys/service-keys.js';
import type { GuestAgentOptions } from '../../scripts/stand-ins/guest-agent/start-guest-agent.js';
import { runDeployment } from '../../src/deployment/run-deployment.js';
import {
  audit,
  LOCAL_POLICY,
  NONCE,
  notPassed,
  statusOf,
  withPolicy,
} from '../attestation/audit.js';
import { environmentOf, rehearseFirst } from './rehearsal.js';
import { rendered, ROOT } from './rendered.js';

const TEST_ROOT = new URL('attestation/trusted-roots/sealwright-test-root.pem', ROOT).pathname;

/**
 * Returns the written policy after its review, with the values that only the machine provides,
 * which are the stand-in's here.
 */
const reviewed = (policy: Policy): Policy =>
  policySchema.parse({
    ...policy,
    reviewed: true,
    image: LOCAL_POLICY.image,
    governance: LOCAL_POLICY.governance,
  });

const rehearsalOf = (t: ExecutionContext, options: GuestAgentOptions = {}) =>
  rehearseFirst(
    (settings) => rendered(settings, {}, true),
    (work) => t.teardown(work),
    { pccs: true, ...options },
  );

type Rehearsed = Awaited<ReturnType<typeof rehearsalOf>>;

/**
 * Returns a document of a service that was patched to trust its environment. Everything else is the
 * product's own code.
 */
async function patchedDocument(
  { agent, deployment, place }: Rehearsed,
  forged: Readonly<Record<string, string>>,
): Promise<string> {
  const enclave = createDstackEnclave({ endpoint: agent.endpoint });
  const ecdsa = createSecp256k1Ecdsa();
  const random = (length: number) => new Uint8Array(randomBytes(length));
  const info = await enclave.getInfo();
  const { key } = await enclave.getKey('sealwright/root/v1', 'sealwright.root.v1');
  const store = await openJsonStateStore(place.folder);
  const keys = new ServiceKeys(key, ecdsa);
  const documents = createSealedDocuments(store, keys, {
    appId: info.appId,
    randomBytes: random,
  });
  const config = parseConfig({ ...environmentOf(deployment.appCompose), ...forged });
  try {
    const { publisher } = await openEvidence(
      {
        info,
        state: { kind: 'json', genesisId: '5e'.repeat(16), generation: 1 },
        settings: describeConfig(config),
        planVersion: PLAN_VERSION,
        source: null,
        kmsRootPublicKey: config.KMS_ROOT_PUBLIC_KEY,
        simulated: false,
      },
      {
        enclave,
        ecdsa,
        documents,
        openCollateral: () => Promise.resolve(NO_COLLATERAL),
        clock: Date.now,
        randomBytes: random,
      },
    );
    const { own, shared } = await publisher.documentFor(NONCE);
    return Buffer.concat(shared.encode(own)).toString();
  } finally {
    await store.close();
  }
}

/**
 * Judges with the written policy, which also pins every setting. Only the comparison with the file
 * matters here.
 */
const judge = ({ agent, deployment }: Rehearsed, document: string) =>
  audit(document, {
    nonce: NONCE,
    policy: withPolicy(reviewed(deployment.policy), {
      roots: LOCAL_POLICY.roots,
      statement: { config: {} },
    }),
    collateral: agent.pki.collateral,
  });

test('a genuine deployment passes every check of its policy, compose.lint and config.measured among them', async (t) => {
  const rehearsed = await rehearsalOf(t);
  const service = await rehearsed.start();
  t.teardown(() => service.close());
  const answer = await fetch(`${service.url}/attestation?nonce=${NONCE}`);
  const report = audit(await answer.text(), {
    nonce: NONCE,
    policy: { ...reviewed(rehearsed.deployment.policy), roots: LOCAL_POLICY.roots },
    collateral: rehearsed.agent.pki.collateral,
  });
  t.deepEqual(notPassed(report), []);
  t.is(report.verdict, 'accepted');
  for (const id of ['compose.lint', 'config.measured', 'statement.config', 'source.image']) {
    t.is(statusOf(report, id), 'pass', id);
  }
});

test('the printed mr_config_id is that of dstack 0.5, and every form of it is accepted', async (t) => {
  for (const configIdForm of [1, 2, 3] as const) {
    const rehearsed = await rehearsalOf(t, { configIdForm });
    const document = await patchedDocument(rehearsed, {});
    t.deepEqual(notPassed(judge(rehearsed, document)), [], String(configIdForm));
    const quote = Buffer.from((JSON.parse(document) as { quote: string }).quote, 'hex');
    const declared = quote.subarray(232, 280).toString('hex');
    t.is(declared === rehearsed.deployment.identity.mrConfigId, configIdForm === 2);
  }
});

test('a patched service that states the measured values passes as well', async (t) => {
  const rehearsed = await rehearsalOf(t);
  t.deepEqual(notPassed(judge(rehearsed, await patchedDocument(rehearsed, {}))), []);
});

for (const [name, value] of [
  ['TINYCLOUD_BOOTSTRAP_HOST', 'https://evil.example'],
  ['APP_ORIGINS', 'https://evil.example'],
  ['SIGNER', 'ethers'],
  ['STATE_INIT', '0'],
  ['SEALWRIGHT_MODE', 'development'],
] as const) {
  test(`with a forged ${name} the document fails only at config.measured`, async (t) => {
    const rehearsed = await rehearsalOf(t);
    const development = { HOST: '127.0.0.1' };
    const document = await patchedDocument(rehearsed, { ...development, [name]: value });
    const report = judge(rehearsed, document);
    t.deepEqual(notPassed(report), ['config.measured']);
    const failed = report.checks.find(({ status }) => status === 'fail');
    t.regex(failed?.measured ?? '', new RegExp(`^${name} \\(`));
  });
}

test('the kill-switch turned off from outside passes config.measured', async (t) => {
  const rehearsed = await rehearsalOf(t);
  const document = await patchedDocument(rehearsed, { TINYCLOUD_BOOTSTRAP_ON_SIGN: 'off' });
  t.deepEqual(notPassed(judge(rehearsed, document)), []);
});

async function check(
  { agent, deployment }: Rehearsed,
  url: string,
  changes: { readonly policy?: Policy; readonly appCompose?: string } = {},
): Promise<{ code: number; out: string }> {
  const dir = await mkdtemp(join(tmpdir(), 'sealwright-check-'));
  const policy = changes.policy ?? reviewed(deployment.policy);
  await writeFile(join(dir, 'app-compose.json'), changes.appCompose ?? deployment.appCompose);
  await writeFile(join(dir, 'policy.json'), JSON.stringify(policy));
  let out = '';
  const rehearsing = ['--root-ca', TEST_ROOT, '--allow-test-root', '--pccs', agent.pccs?.url ?? ''];
  try {
    const code = await runDeployment({
      args: ['check', url, '--dir', dir, ...rehearsing],
      write: (text) => void (out += text),
      complain: (text) => void (out += text),
      color: false,
      nowMs: Date.now(),
      root: ROOT,
    });
    return { code, out };
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

test('the check of a live deployment exits with 0 as rendered, 1 for another file and 2 without a service', async (t) => {
  const ownName = (settings: Readonly<Record<string, string>>) =>
    rendered(
      { ...settings, PUBLIC_ORIGIN: `https://127.0.0.1:${settings['PORT'] ?? ''}` },
      {},
      true,
    );
  const rehearsed = await rehearseFirst(ownName, (work) => t.teardown(work), { pccs: true });
  const service = await rehearsed.start();
  t.teardown(() => service.close());
  const genuine = await check(rehearsed, service.url);
  t.is(genuine.code, 0, genuine.out);
  t.regex(genuine.out, /same {2}compose hash/);
  t.regex(genuine.out, /seen {2}channel: not bound, a gateway ends TLS/);
  t.regex(genuine.out, /seen {2}addresses: asked from the machine itself/);

  const unread = await check(rehearsed, service.url, { policy: rehearsed.deployment.policy });
  t.is(unread.code, 1);

  const other = ownName({ ...rehearsed.place.settings, SIGNER: 'ethers' });
  const foreign = await check(rehearsed, service.url, { appCompose: other.appCompose });
  t.is(foreign.code, 1);
  t.regex(foreign.out, /DIFFERS {2}compose hash .*but the rendered file has/);
  t.regex(foreign.out, /DIFFERS {2}settings differ .*SIGNER \(different\)/);

  await service.close();
  t.is((await check(rehearsed, service.url)).code, 2);
});

test('the check of a deployment under another name than the attested one is rejected', async (t) => {
  const rehearsed = await rehearsalOf(t);
  const service = await rehearsed.start();
  t.teardown(() => service.close());
  const { code, out } = await check(rehearsed, service.url);
  t.is(code, 1);
  t.regex(out, /^ {2}fail {2}channel\.name /m);
  t.regex(out, /same {2}compose hash/);
});
