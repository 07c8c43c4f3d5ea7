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

test('the data of a transaction are those of the contract', (t) => {
  const contract = new Interface(['function addComposeHash(bytes32)']);
  const hash = 'ab'.repeat(32);
  t.is(
    callData('addComposeHash', hash),
    contract.encodeFunctionData('addComposeHash', [`0x${hash}`]),
  );
});
