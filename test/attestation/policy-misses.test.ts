/**
 * Tests that evidence which is true but not accepted counts as a miss of the policy, and that a
 * failure of the evidence itself takes its place.
 */
import { test } from '../test.js';
import { descriptionOf, type CheckId } from '../../attestation/checks.js';
import { presentReport } from '../../attestation/command/present-report.js';
import type { Policy } from '../../attestation/policy/policy.js';
import { Findings } from '../../attestation/report.js';
import type { VerifyOptions } from '../../attestation/verify.js';
import { audit, LOCAL_POLICY, NONCE, notPassed, withPolicy } from './audit.js';
import { mintDocument } from './mint-document.js';

type Miss = readonly [
  check: CheckId,
  changes: Parameters<typeof withPolicy>[1],
  options?: Partial<VerifyOptions>,
];

const MISSES: readonly Miss[] = [
  ['quote.pck-chain', {}, { allowTestRoot: false }],
  ['quote.pck-chain', { roots: ['00'.repeat(32)] as Policy['roots'] & Partial<Policy['roots']> }],
  ['compose.hash', { application: { composeHashes: ['00'.repeat(32)] } }],
  ['key.custody', { keys: { keyProviders: [] } }],
  ['key.custody', { keys: { kmsRoots: [] } }],
];

let text = '';
test.before('a document is minted', async (t) => {
  text = JSON.stringify(await mintDocument());
  t.true(text.length > 0);
});

test('true evidence that the policy does not accept counts as policy and is explained as such', (t) => {
  for (const [id, changes, options] of MISSES) {
    const policy = withPolicy(LOCAL_POLICY, changes);
    const report = audit(text, { nonce: NONCE, policy, ...options });
    t.deepEqual(notPassed(report), [id]);
    const check = report.checks.find((each) => each.id === id);
    t.is(check?.cut, 'policy');
    t.is(check?.means, descriptionOf(id).miss);
    const words = presentReport(report, false);
    t.regex(words, /\nevidence: holds\n/);
    t.true(words.includes(`policy: 1 not passed (${id})`), words);
  }
});

test('an event that the policy does not list is a miss, and a forged boot is a failure of evidence', (t) => {
  const findings = new Findings();
  findings.judge('log.events', 'pass');
  findings.miss('log.events', 'after the boot: x', 'none');
  const about = {
    hardware: 'genuine',
    policy: { name: '', reviewed: true },
    judged_at: '',
  } as const;
  const cutOf = (): string | undefined =>
    findings.report(about, new Set()).checks.find(({ id }) => id === 'log.events')?.cut;
  t.is(cutOf(), 'policy');
  findings.judge('log.events', 'fail', 'a boot event occurs twice');
  t.is(cutOf(), 'evidence');
  findings.miss('log.events', 'after the boot: y', 'none');
  t.is(cutOf(), 'evidence');
});

test('a document of another file than the measured one stays a failure of evidence', (t) => {
  const changed = { ...(JSON.parse(text) as object), app_compose: '{}' };
  const policy = withPolicy(LOCAL_POLICY, { application: { composeHashes: ['00'.repeat(32)] } });
  const report = audit(JSON.stringify(changed), { nonce: NONCE, policy });
  const check = report.checks.find(({ id }) => id === 'compose.hash');
  t.is(check?.cut, 'evidence');
  t.is(check?.means, descriptionOf('compose.hash').failure);
});

test('a policy that lists no application says what it would accept', (t) => {
  const policy = withPolicy(LOCAL_POLICY, { application: { appIds: [] } });
  const { checks } = audit(text, { nonce: NONCE, policy });
  const check = checks.find(({ id }) => id === 'app.id');
  t.is(check?.status, 'fail');
  t.true((check?.expected ?? '').length > 0);
});
