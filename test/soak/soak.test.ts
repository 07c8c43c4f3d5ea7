/** The soak in small, and that it notices each kind of loss. */
import { growthOf } from '../../scripts/soak/soak-report.js';
import { judgeAccount, judgeState } from '../../scripts/soak/judge-person.js';
import { runSoak } from '../../scripts/soak/run-soak.js';
import { createRandom } from '../../scripts/soak/seeded-random.js';
import { endSessions, rename, sign, signIn } from '../../scripts/soak/soak-actions.js';
import { SoakLedger } from '../../scripts/soak/soak-ledger.js';
import { SoakPerson } from '../../scripts/soak/soak-person.js';
import { createWorld } from '../scenarios/world.js';
import { test } from '../test.js';

const SEED = 17;

test('half a minute of people, faults, and kills loses nothing', async (t) => {
  const plan = { minutes: 0.5, users: 6, faultPercent: 5, restartEveryS: 10, seed: SEED };
  const report = await runSoak(plan, () => undefined);
  t.deepEqual(report.problems, []);
  t.is(report.proved, plan.users);
  t.true(report.kills.service + report.kills.node >= 4, JSON.stringify(report.kills));
});

test('what was acknowledged and is not in the state is a problem', async (t) => {
  const world = await createWorld({ env: { APP_ORIGINS: 'https://app.example:5173' } });
  t.teardown(() => world.close());
  const ledger = new SoakLedger();
  const origin = 'http://localhost:3001';
  const service = { url: world.url, origin, isUp: true, kills: { service: 0, node: 0 } };
  const context = ledger.contextOf(service, createRandom(SEED));
  const person = new SoakPerson();
  for (let sessions = 0; sessions < 3; sessions += 1) await signIn(context, person);
  const [first, second] = person.sessions;
  if (first === undefined || second === undefined) return t.fail();
  for (const session of person.sessions) await sign(context, person, session);
  await rename(context, person, first);
  await endSessions(context, person, first);
  const judge = async (): Promise<readonly string[]> => {
    ledger.problems.length = 0;
    await judgeState(context, person);
    await judgeAccount(context, world.node.url, person);
    return [...ledger.problems];
  };
  t.deepEqual(await judge(), []);
  t.is(person.digests.length, 3);

  const { label, digests } = person;
  person.label = 'another name';
  t.deepEqual(await judge(), ['an acknowledged name of a key was lost']);
  person.label = label;
  digests.push('ab'.repeat(32));
  t.deepEqual(await judge(), ['1 acknowledged signatures were lost']);
  digests.pop();
  first.hasEnded = true;
  t.deepEqual(await judge(), ['a session that was ended is open: 200 ']);
  first.hasEnded = false;
  second.hasEnded = false;
  t.deepEqual(await judge(), ['a session was lost: 401 ERR_SESSION_INVALID']);
  second.hasEnded = true;
  const account = `tinycloud:pkh:eip155:1:${person.address}:account`;
  world.node.inspect.deleteKv(account, 'system/bootstrap/complete');
  t.deepEqual(await judge(), ['an account is not whole: completion marker MISSING']);
});

test('only a signature and a documented refusal are answers to a sign request', (t) => {
  const ledger = new SoakLedger();
  const answer = (status: number, code: string): void =>
    ledger.noteSignAnswer({ status, code, text: '', body: {}, cookie: undefined }, 1);
  for (const [status, code] of [
    [200, ''],
    [429, 'ERR_RATE_LIMITED'],
    [503, 'ERR_STORE_UNAVAILABLE'],
  ] as const) {
    answer(status, code);
  }
  t.deepEqual(ledger.problems, []);
  for (const [status, code] of [
    [401, 'ERR_SESSION_INVALID'],
    [500, 'ERR_INTERNAL'],
    [503, ''],
  ] as const) {
    answer(status, code);
  }
  t.is(ledger.problems.length, 3);
});

test('memory or descriptors that grow by more than a tenth are a problem', (t) => {
  const begin = { memoryMb: 50, descriptors: 40 };
  t.deepEqual(growthOf(begin, { memoryMb: 55, descriptors: 44 }), []);
  t.is(growthOf(begin, { memoryMb: 55.1, descriptors: 40 }).length, 1);
  t.is(growthOf(begin, { memoryMb: 50, descriptors: 45 }).length, 1);
});
