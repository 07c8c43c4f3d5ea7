/**
 * Tests evidence in the form of dstack's own simulator: accepted only under a policy that names its
 * root and the rules to relax, and with each relaxed rule in the report.
 */
import { test } from '../test.js';
import type { Policy, RELAXABLE_RULES } from '../../attestation/policy/policy.js';
import { relaxedRulesUnder } from '../../attestation/policy/relaxed-rules.js';
import { INTEL_ROOT_SHA256, readShippedRoots } from '../../attestation/trusted-roots.js';
import { audit, LOCAL_POLICY, NONCE, notPassed } from './audit.js';
import { mintDocument } from './mint-document.js';

const [LOCAL_ROOT = ''] = LOCAL_POLICY.roots;
type Relax = readonly (typeof RELAXABLE_RULES)[number][];

const relaxing = (relax: Relax, sha256 = LOCAL_ROOT): Policy => ({
  ...LOCAL_POLICY,
  roots: [INTEL_ROOT_SHA256],
  testRoots: [{ sha256, relax: [...relax] }],
});
const BOTH: Relax = ['tcb-signer-name', 'pck-tcb-members'];

let text = '';
let ordinary = '';
test.before('two documents are minted', async (t) => {
  text = JSON.stringify(await mintDocument({ pki: { likeDstackSimulator: true } }));
  ordinary = JSON.stringify(await mintDocument());
  t.not(text, ordinary);
});

test("evidence in the form of dstack's simulator is accepted with both rules relaxed, and both are named", (t) => {
  const report = audit(text, { nonce: NONCE, policy: relaxing(BOTH) });
  t.deepEqual(notPassed(report), []);
  t.is(report.verdict, 'accepted');
  t.is(report.hardware, 'simulated');
  for (const rule of BOTH) t.true(report.headlines.some((line) => line.includes(rule)));
});

const STRICT: readonly (readonly [string, Policy, readonly string[]])[] = [
  [
    'nothing relaxed',
    relaxing([]),
    ['collateral.tcb-info', 'collateral.qe-identity', 'collateral.match'],
  ],
  [
    'the name of the signer not relaxed',
    relaxing(['pck-tcb-members']),
    ['collateral.tcb-info', 'collateral.qe-identity'],
  ],
  ['the members of the PCK not relaxed', relaxing(['tcb-signer-name']), ['collateral.match']],
  ['the rules relaxed for another root', relaxing(BOTH, '00'.repeat(32)), ['quote.pck-chain']],
];
for (const [what, policy, ids] of STRICT) {
  test(`the same evidence is rejected with ${what}`, (t) => {
    const report = audit(text, { nonce: NONCE, policy });
    t.is(report.verdict, 'rejected');
    for (const id of ids) t.true(notPassed(report).includes(id), id);
  });
}

test('relaxed rules need --allow-test-root', (t) => {
  const report = audit(text, { nonce: NONCE, policy: relaxing(BOTH), allowTestRoot: false });
  t.deepEqual(notPassed(report), ['quote.pck-chain']);
});

test('no rule is relaxed for the root of real hardware, even if a policy says so', (t) => {
  const roots = readShippedRoots();
  const intel = roots.find(({ isHardware }) => isHardware);
  if (intel === undefined) return t.fail();
  t.is(relaxedRulesUnder(intel, relaxing(BOTH, intel.sha256)).size, 0);
  const other = roots.find(({ isHardware }) => !isHardware);
  t.is(other && relaxedRulesUnder(other, relaxing(BOTH, other.sha256)).size, 2);
});

test('evidence that meets every rule needs no relaxation', (t) => {
  const report = audit(ordinary, { nonce: NONCE, policy: relaxing([]) });
  t.deepEqual(notPassed(report), []);
  t.false(report.headlines.some((line) => line.includes('Relaxed')));
});
