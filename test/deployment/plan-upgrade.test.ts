/** Tests the plan of an upgrade: what changes, and the transactions that an owner proposes. */
import { Interface } from 'ethers';
import { test } from '../test.js';
import { DeploymentError } from '../../src/deployment/operator-file.js';
import { callData, planUpgrade } from '../../src/deployment/plan-upgrade.js';
import { GOOD_DIGEST } from '../attestation/good-app-compose.js';
import { OPERATOR, rendered } from './rendered.js';

const appId = '5e'.repeat(20);
const before = rendered({}, { appId });

test('a plan names the image, the settings, the policy, both hashes and both transactions', (t) => {
  const image = OPERATOR.image.replace(GOOD_DIGEST, GOOD_DIGEST.split('').toReversed().join(''));
  const after = rendered({ APP_ORIGINS: 'https://app.example' }, { appId, image });
  const text = planUpgrade(before, after);
  for (const part of [
    OPERATOR.image,
    image,
    'APP_ORIGINS',
    'https://app.example',
    'application.composeHashes',
    `contract 0x${appId}`,
    callData('addComposeHash', after.identity.composeHash),
    callData('removeComposeHash', before.identity.composeHash),
  ]) {
    t.true(text.includes(part), part);
  }
  t.false(text.includes('KMS_ROOT_PUBLIC_KEY'));
});

test('a plan without a change needs no transaction', (t) => {
  const text = planUpgrade(before, rendered({}, { appId }));
  t.regex(text, /No transaction is needed/);
  t.false(text.includes('addComposeHash'));
});

test('a plan between two applications is refused', (t) => {
  const other = rendered({}, { appId: 'ab'.repeat(20) });
  t.throws(() => planUpgrade(before, other), { instanceOf: DeploymentError });
  t.throws(() => planUpgrade(rendered(), rendered({ LOG_LEVEL: 'warn' })), {
    instanceOf: DeploymentError,
  });
});

test('the transactions of a plan are calls of the contract that allow the new hash and remove the old one', (t) => {
  const contract = new Interface([
    'function addComposeHash(bytes32 hash)',
    'function removeComposeHash(bytes32 hash)',
  ]);
  const after = rendered({ LOG_LEVEL: 'warn' }, { appId });
  const plan = planUpgrade(before, after);
  const calls = [...plan.matchAll(/^ {2}(\w+ComposeHash) +(0x[0-9a-f]+)$/gm)].map(
    ([, name, data = '']) => [name, ...(contract.parseTransaction({ data })?.args ?? [])],
  );
  t.deepEqual(calls, [
    ['addComposeHash', `0x${after.identity.composeHash}`],
    ['removeComposeHash', `0x${before.identity.composeHash}`],
  ]);
});

test('a plan lists changes of settings, of the file and of the policy apart', (t) => {
  const script = '# nothing\n';
  const after = rendered({ LOG_LEVEL: 'warn' }, { appId, preLaunchScript: script });
  const [settings = '', file = '', policy = ''] = planUpgrade(before, after).split(/^(?=\S)/m);
  t.is(settings, 'settings: 1 changed\n  LOG_LEVEL\n    - info\n    + warn\n');
  t.is(
    file,
    `app-compose file: 1 changed\n  pre_launch_script\n    - (none)\n    + ${JSON.stringify(script)}\n`,
  );
  t.deepEqual(
    [...policy.matchAll(/^ {2}(\S+)$/gm)].map(([, name]) => name),
    [
      'application.composeHashes',
      'application.preLaunchScripts',
      'name',
      'statement.config.LOG_LEVEL',
    ],
  );
});
