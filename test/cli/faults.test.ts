/**
 * Tests faults: for any of them the sign-in resolves, degraded with a reason, and the next one
 * after the fault completes the account with the same delegations.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ExecutionContext } from 'ava';
import { IS_FULL } from '../sample.js';
import { test } from '../test.js';
import type { SignInOptions } from '../../src/cli/sign-in-locally.js';
import { encodeDelegation, decodeDelegation } from '../../src/protocol/cacao.js';
import { startBalancer } from '../scenarios/balancer.js';
import { ALL_KINDS, PLAN_REQUESTS } from '../scenarios/requests.js';
import { createLocalWorld, type LocalWorld, newPerson, taskOf } from './local-world.js';

/**
 * The kind of fault, and the code that a sign-in reports for it. `after`: the request took effect.
 */
const FAULTS = [
  ['status-400', 'ERR_NODE_REFUSED'],
  ['status-500', 'ERR_NODE_FAILED'],
  ['reset-after', 'ERR_NODE_UNAVAILABLE'],
  ['hang-after', 'ERR_NODE_TIMEOUT'],
  ['redirect', 'ERR_NODE_REDIRECT'],
  ['huge-body', 'ERR_NODE_REPLY_TOO_LARGE'],
  ['wrong-type', 'ERR_NODE_REPLY_INVALID'],
] as const;

type Case = { readonly task: string; readonly kind: string; readonly code: string };

async function suffer(
  t: ExecutionContext,
  world: LocalWorld,
  { task, kind, code }: Case,
): Promise<void> {
  const label = `${task} × ${kind}`;
  const person = newPerson();
  const { address } = person.signer;
  const lift = world.node.addFault({
    matches: (record) =>
      taskOf(record) === task &&
      (task === 'info' || [...record.resources, record.path].some((uri) => uri.includes(address))),
    kind,
  });
  const limits = kind.startsWith('hang') ? { requestDeadlineMs: 600 } : {};
  const first = await world.signIn(person, { limits });
  lift();
  t.like(first.bootstrap, { state: 'degraded', bootstrapSkipped: true, reason: code }, label);
  t.is(first.activated, task !== 'sign-in', label);
  t.true(first.signatures <= 11, label);
  // The five spaces are handled alike, so only two are tested.
  if (/:(?:applications|secrets|public)$/.test(task)) return;
  const second = await world.signIn(person);
  const { state } = second.bootstrap;
  t.is(state, 'done', label);
  const planned = world.planned(address);
  t.deepEqual([...planned.keys()].toSorted(), ALL_KINDS, label);
  for (const [delegation, cids] of planned) t.is(cids.size, 1, `${label}: ${delegation}`);
}

/**
 * Assigns one kind of fault to each request, so that all kinds meet all trips. On PostgreSQL, only
 * those that depend on the storage are used, shifted.
 */
function casesOn(storage: 'sqlite' | 'postgres'): readonly Case[] {
  const stored = ['network', 'account-sql', 'secrets-sql', 'records'];
  const tasks =
    storage === 'sqlite'
      ? ['sign-in', ...PLAN_REQUESTS]
      : IS_FULL
        ? [...stored, ...stored]
        : stored;
  return tasks.map((task, place) => {
    const [kind, code] =
      FAULTS[(place + (storage === 'sqlite' ? 0 : 5)) % FAULTS.length] ?? FAULTS[0];
    return { task, kind, code };
  });
}

for (const storage of ['sqlite', 'postgres'] as const) {
  test(`a fault of any request on ${storage} degrades the account and not the sign-in`, async (t) => {
    const world = await createLocalWorld(t, { storage });
    for (const one of casesOn(storage)) await suffer(t, world, one);
  });
}

test('a fault while reading the records reports a degraded account that is complete', async (t) => {
  const world = await createLocalWorld(t);
  const person = newPerson();
  await world.signIn(person);
  world.node.setFaults('/invoke:tinycloud.kv/get=status-400');
  const result = await world.signIn(person);
  t.like(result.bootstrap, { state: 'degraded', reason: 'ERR_NODE_REFUSED' });
  t.true(result.activated);
  t.is(result.signatures, 1);
});

test('a lost response to the sign-in is requested again and hides no result', async (t) => {
  const world = await createLocalWorld(t);
  const person = newPerson();
  const loseOne = (): void => world.node.setFaults('/delegate:session=reset-after*1');
  loseOne();
  t.like((await world.signIn(person)).bootstrap, { state: 'done', bootstrapSkipped: false });
  loseOne();
  const again = await world.signIn(person);
  t.like(again.bootstrap, { state: 'done', path: 'already-done' });
  t.is(again.signatures, 1);
});

test('without a node the sign-in resolves, and the next one with a node sets the account up', async (t) => {
  const world = await createLocalWorld(t);
  const person = newPerson();
  const gone = await world.signIn(person, { node: 'http://127.0.0.1:1' });
  t.like(gone.bootstrap, { state: 'degraded', reason: 'ERR_NODE_UNAVAILABLE', retryable: true });
  t.false(gone.activated);
  t.is(gone.activationError, 'ERR_NODE_UNAVAILABLE');
  t.is(gone.signatures, 1);
  t.like((await world.signIn(person)).bootstrap, { state: 'done', path: 'fresh' });
});

test('an interactive sign-in that the node refuses reports the refusal and does not set up the account', async (t) => {
  const world = await createLocalWorld(t);
  const { signer } = newPerson();
  world.node.setFaults('/delegate=status-400');
  const result = await world.signIn({ signer: { ...signer, interactive: true } });
  t.like(result.bootstrap, { state: 'skipped', bootstrapSkipped: true });
  t.false(result.activated);
  t.is(result.activationError, 'ERR_NODE_REFUSED');
});

test('a node that hangs costs no more than the timeout', async (t) => {
  const world = await createLocalWorld(t);
  const person = newPerson();
  world.node.setFaults('/invoke=hang');
  const options: Partial<SignInOptions> = { timeoutMs: 3_000 };
  const result = await world.signIn(person, options);
  t.like(result.bootstrap, { state: 'degraded', reason: 'ERR_BOOTSTRAP_TIMEOUT' });
  world.node.setFaults('');
  t.like((await world.signIn(person)).bootstrap, { state: 'done', resumed: true });
});

const OTHER = 'did:key:z6MkfhoxdzVTa6fLWMgEJNiRJomE5grMqkWyHiRbU9Tt7mAq';

test('a node with a changed identity receives no signature of the plan until its new identity is named', async (t) => {
  const world = await createLocalWorld(t);
  const other = await createLocalWorld(t, { secret: new Uint8Array(32).fill(9) });
  const behind = [world.node.url];
  const balancer = await startBalancer(behind);
  t.teardown(() => balancer.close());
  const person = newPerson();
  const signIn = (more: Partial<SignInOptions> = {}) =>
    world.signIn(person, { node: balancer.url, ...more });
  const wrong = await signIn({ nodeDid: OTHER });
  t.like(wrong.bootstrap, { state: 'degraded', reason: 'ERR_BOOTSTRAP_NODE_CHANGED' });
  t.is(wrong.signatures, 1);
  t.is(world.planned(person.signer.address).size, 0);

  t.like((await signIn()).bootstrap, { state: 'done' });
  // The same origin and state directory, with another node behind the origin.
  behind[0] = other.node.url;
  const changed = await signIn();
  t.like(changed.bootstrap, { state: 'degraded', reason: 'ERR_BOOTSTRAP_NODE_CHANGED' });
  t.is(changed.signatures, 1);
  const named = await signIn({ nodeDid: other.node.nodeDid });
  t.like(named.bootstrap, { state: 'done', path: 'fresh' });
  t.like((await signIn()).bootstrap, { path: 'already-done' });
});

test('a run that depends on data that the node lost starts over', async (t) => {
  const world = await createLocalWorld(t);
  const person = newPerson();
  world.node.setFaults('/encryption/networks=status-400');
  t.like((await world.signIn(person)).bootstrap, { state: 'degraded' });
  world.node.setFaults('');
  const { address } = person.signer;
  world.node.inspect.unhostSpace(`tinycloud:pkh:eip155:1:${address}:public`);
  const result = await world.signIn(person);
  t.like(result.bootstrap, { state: 'done', path: 'repair', resumed: false });
  t.true(world.node.inspect.hostedSpaces().includes(`tinycloud:pkh:eip155:1:${address}:public`));
});

const cidOfHeader = (header: string): string =>
  header === '' ? '' : encodeDelegation(decodeDelegation(header)).cid;

const INFO = JSON.stringify({ protocol: 1, nodeId: OTHER });

/** A false response to the sign-in, and its code. */
const LIES: readonly (readonly [answer: (cid: string) => object, code: string])[] = [
  [() => ({ cid: 'bafkr4iother', activated: [], skipped: [] }), 'ERR_BOOTSTRAP_CID_MISMATCH'],
  [(cid) => ({ cid, activated: [], skipped: ['tinycloud:x:y'] }), 'ERR_BOOTSTRAP_SPACE_UNASKED'],
  [(cid) => ({ cid, activated: 'all', skipped: [] }), 'ERR_NODE_REPLY_INVALID'],
  [() => ({}), 'ERR_NODE_REPLY_INVALID'],
];

test('a lie of the node about the sign-in has its own code, and nothing more is signed', async (t) => {
  const world = await createLocalWorld(t);
  let answer: (cid: string) => object = () => ({});
  let paths: string[] = [];
  const liar = createServer((request, response) => {
    paths.push(request.url ?? '');
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    const header = request.headers.authorization ?? '';
    const body = pathname === '/info' ? INFO : JSON.stringify(answer(cidOfHeader(header)));
    response.writeHead(200, { 'content-type': 'application/json' }).end(body);
  });
  await new Promise<void>((resolve) => void liar.listen(0, '127.0.0.1', resolve));
  t.teardown(() => void liar.close());
  const node = `http://127.0.0.1:${(liar.address() as AddressInfo).port}`;
  for (const [lie, code] of LIES) {
    answer = lie;
    paths = [];
    const result = await world.signIn(newPerson(), { node });
    t.like(result.bootstrap, { state: 'degraded', reason: code });
    t.is(result.activationError, code as typeof result.activationError);
    t.is(result.signatures, 1);
    t.deepEqual(paths.toSorted(), ['/delegate', '/info']);
  }
});
