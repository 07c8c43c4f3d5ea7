/** Tests that nothing is signed after a person or an operator has refused, even during a run. */
import type { ExecutionContext } from 'ava';
import { test } from '../test.js';
import { createSealedRootSigner } from '../../src/provisioning/sealed-root-signer.js';
import type { ProvisioningContext } from '../../src/provisioning/provisioning-context.js';
import { until } from '../until.js';
import { delegationsOf, isAbout } from './requests.js';
import { createWorld, outcomeOf, type Person, type World } from './world.js';
import { signedInBrowser } from './wallet-browser.js';

const ASYNC = { prefer: 'respond-async' };

/**
 * Starts a run and holds the node's responses about peers: the five session requests are signed,
 * and the five host requests, which need the peers, are not. Resolves to a function that lets the
 * node continue.
 */
async function halfWay(world: World, person: Person): Promise<() => void> {
  let goOn: (() => void) | undefined;
  const held = new Promise<void>((resolve) => {
    goOn = resolve;
  });
  world.node.onRequest((at, { route }) =>
    at === 'before' && route === '/peer/generate' ? held : Promise.resolve(),
  );
  const answer = await world.sign(person, world.appSignIn(person), ASYNC);
  if (outcomeOf(answer).status !== 'pending') throw new Error('the run did not start');
  await until(
    'five sessions are signed',
    async () => (await world.counter('root_signatures')) === 5,
  );
  return () => {
    world.node.onRequest(undefined);
    goOn?.();
  };
}

async function endsClosed(t: ExecutionContext, world: World, person: Person): Promise<void> {
  await until('the run ends', async () => {
    const { body } = await world.bootstrapOf(person);
    return body['errorCode'] === 'tinycloud_bootstrap_gate_closed';
  });
  t.like((await world.bootstrapOf(person)).body, { status: 'failed', retryable: false });
  t.is(await world.counter('root_signatures'), 5);
  const kinds = [...delegationsOf(world.node, person.address).keys()];
  t.deepEqual(
    kinds.filter((kind) => kind.startsWith('host:')),
    [],
  );
}

test('a key that is archived during a run signs nothing more', async (t) => {
  const world = await createWorld();
  t.teardown(() => world.close());
  const person = await world.person();
  const goOn = await halfWay(world, person);
  const path = `/api/keys/${person.keyId}/archive`;
  t.is((await world.call('POST', path, { token: person.token })).status, 200);
  goOn();
  await endsClosed(t, world, person);
});

test('turning the preference off during a run stops its signatures', async (t) => {
  const world = await createWorld();
  t.teardown(() => world.close());
  const person = await world.person();
  const goOn = await halfWay(world, person);
  const body = { autoSignEnabled: false };
  t.is((await world.call('PATCH', '/api/account', { token: person.token, body })).status, 200);
  goOn();
  await endsClosed(t, world, person);
  // After it is turned on again, the next sign-in resumes the run.
  const browser = await signedInBrowser(world, person.wallet);
  await browser.call('PATCH', '/api/account', { autoSignEnabled: true });
  t.like(outcomeOf(await world.sign(person)), { status: 'complete' });
  t.is(await world.counter('root_signatures'), 10);
});

test('deleting an account ends its run, even while the node hangs', async (t) => {
  const world = await createWorld({
    tuning: { limits: { requestDeadlineMs: 600_000, runDeadlineMs: 600_000 } },
  });
  t.teardown(() => world.close());
  const person = await world.person();
  const goOn = await halfWay(world, person);
  const browser = await signedInBrowser(world, person.wallet);
  let status: number | undefined;
  const deleting = browser.call('DELETE', '/api/account').then((answer) => {
    status = answer.status;
  });
  // Long before the node's deadline, which would also end the run.
  await until('the account is deleted', () => status);
  await deleting;
  t.is(status, 200);
  const asked = world.node.requests.filter((record) => isAbout(record, person.address)).length;
  goOn();
  await world.stop();
  t.is(world.node.requests.filter((record) => isAbout(record, person.address)).length, asked);
  t.is(delegationsOf(world.node, person.address).size, 5);
});

const SUBJECT = { userId: 'u', keyId: 'u-1', chainId: 1, nodeOrigin: 'https://node.example' };
const KEY = { id: 'u-1', address: '0x31d40B62C395B9418C4198363619B11c65cD406F' };
const USER = { keys: [KEY], preferences: { autoSignEnabled: true } };

/** Creates a context with these settings and this user, which may both change during a run. */
function contextOf(
  now: { enabled: boolean; user: unknown },
  onSign: () => void,
): ProvisioningContext {
  const partial = {
    users: { find: () => Promise.resolve(now.user) },
    keys: {
      sign: () => {
        onSign();
        return new Uint8Array(65);
      },
    },
    settings: {
      get enabled() {
        return now.enabled;
      },
    },
    countRootSignature: () => undefined,
  };
  return partial as unknown as ProvisioningContext;
}

const CLOSING: readonly (readonly [string, Partial<{ enabled: boolean; user: unknown }>])[] = [
  ['the kill-switch is set', { enabled: false }],
  ['the user is gone', { user: undefined }],
  ['the key is gone', { user: { ...USER, keys: [] } }],
  ['only another key is there', { user: { ...USER, keys: [{ ...KEY, id: 'u-2' }] } }],
  ['the key is archived', { user: { ...USER, keys: [{ ...KEY, archivedAtMs: 1 }] } }],
  ['the preference is off', { user: { ...USER, preferences: { autoSignEnabled: false } } }],
];

for (const [what, change] of CLOSING) {
  test(`nothing is signed if ${what} before or during a run`, async (t) => {
    const closed = { code: 'ERR_BOOTSTRAP_GATE_CLOSED' };
    let signed = 0;
    const count = (): void => void (signed += 1);
    const before = contextOf({ enabled: true, user: USER, ...change }, count);
    await t.throwsAsync(createSealedRootSigner(before, SUBJECT), closed);
    const now = { enabled: true, user: USER as unknown };
    const signer = await createSealedRootSigner(contextOf(now, count), SUBJECT);
    await signer.sign('a request of the plan');
    t.is(signed, 1);
    Object.assign(now, change);
    await t.throwsAsync(signer.sign('another'), closed);
    t.is(signed, 1);
  });
}
