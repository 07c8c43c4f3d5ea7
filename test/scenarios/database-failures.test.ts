/** Tests what happens while the database is away: nothing that was acknowledged is lost. */
import { PostgresServer, testWithPostgres } from '../adapters/postgres-server.js';
import { IS_FULL } from '../sample.js';
import { until } from '../until.js';
import { createReplicas, type Person, type World } from './world.js';

/** How many people sign again and again, and how many set-ups are in progress. */
const SIGNERS = IS_FULL ? 50 : 4;
const SET_UPS = IS_FULL ? 20 : 4;

/** Signs one message after another until it is told to stop. Returns what was answered. */
function keepSigning(world: World, person: Person) {
  const seen = { signed: 0, unavailable: 0, other: [] as string[], withoutRetryAfter: 0 };
  const control = { stopping: false };
  const work = async (): Promise<void> => {
    while (!control.stopping) {
      const { status, headers, body } = await world.sign(person, `message ${seen.signed}`);
      if (status === 200) seen.signed += 1;
      else if (status === 503) {
        seen.unavailable += 1;
        if (headers.get('retry-after') === null) seen.withoutRetryAfter += 1;
        await new Promise((done) => setTimeout(done, 20));
      } else seen.other.push(`${status} ${String(body['code'])}`);
    }
  };
  const ended = work();
  return {
    seen,
    stop: async (): Promise<void> => {
      control.stopping = true;
      await ended;
    },
  };
}

async function signedEntriesOf(world: World, person: Person): Promise<number> {
  const { body } = await world.call('GET', '/api/account/audit?newest=500', {
    token: person.token,
  });
  const entries = body['entries'] as readonly { readonly type: string }[];
  return entries.filter(({ type }) => type === 'signed').length;
}

testWithPostgres(
  'while the database is away signs answer 503 with Retry-After, and nothing acknowledged is lost',
  async (t) => {
    const server = await PostgresServer.start();
    t.teardown(() => server.close());
    const worlds = await createReplicas(await server.createDatabase(), {
      env: { TINYCLOUD_BOOTSTRAP_SYNC_BUDGET_MS: '0' },
    });
    t.teardown(async () => {
      await worlds[1].stop();
      await worlds[0].close();
    });
    const crowd = (count: number): Promise<readonly Person[]> =>
      Promise.all(Array.from({ length: count }, (_, at) => worlds[at % 2 === 0 ? 0 : 1].person()));
    const people = await crowd(SIGNERS);
    const signers = people.map((person, at) => keepSigning(worlds[at % 2 === 0 ? 0 : 1], person));
    const newcomers = await crowd(SET_UPS);
    await until('everyone has signed', () => signers.every(({ seen }) => seen.signed > 2));
    const setUps = newcomers.map((person, at) => worlds[at % 2 === 0 ? 0 : 1].sign(person));
    const pending = await Promise.all(setUps);
    for (const { status } of pending) t.is(status, 200);
    await server.kill();
    await until('everyone was refused', () => signers.every(({ seen }) => seen.unavailable > 2));
    t.is((await worlds[0].call('GET', '/readyz')).status, 503);
    const before = signers.map(({ seen }) => seen.signed);
    await server.resume();
    await until('everyone signs again', () =>
      signers.every(({ seen }, at) => seen.signed > (before[at] ?? 0) + 2),
    );
    for (const signer of signers) await signer.stop();
    for (const [at, { seen }] of signers.entries()) {
      t.deepEqual(seen.other, []);
      t.is(seen.withoutRetryAfter, 0);
      const person = people[at];
      if (person === undefined) throw new TypeError('There is a person for each signer.');
      // A signature whose commit was interrupted may have an entry, but was not acknowledged.
      t.true((await signedEntriesOf(worlds[0], person)) >= seen.signed);
    }
    for (const person of newcomers) await worlds[1].untilComplete(person);
  },
);

/** Starts a primary, and a standby without which it acknowledges no commit. */
async function startPair(): Promise<readonly [PostgresServer, PostgresServer]> {
  const primary = await PostgresServer.start();
  const standby = await PostgresServer.standbyOf(primary);
  await primary.query('postgres', "ALTER SYSTEM SET synchronous_standby_names = '*'");
  await primary.query('postgres', 'SELECT pg_reload_conf()');
  await until('the standby is synchronous', async () => {
    const rows = await primary.query('postgres', 'SELECT sync_state FROM pg_stat_replication');
    return rows[0]?.['sync_state'] === 'sync';
  });
  return [primary, standby];
}

testWithPostgres(
  'when a standby is promoted in the middle of load, the service goes on with all that was acknowledged',
  async (t) => {
    const [primary, standby] = await startPair();
    t.teardown(async () => {
      await primary.close();
      await standby.close();
    });
    const url = await primary.createDatabase();
    const both = url.replace('/d1', `,${encodeURIComponent(standby.directory)}/d1`);
    const worlds = await createReplicas(`${both}?target_session_attrs=read-write`, {
      env: { TINYCLOUD_BOOTSTRAP_SYNC_BUDGET_MS: '0' },
    });
    t.teardown(async () => {
      await worlds[1].stop();
      await worlds[0].close();
    });
    const people = [await worlds[0].person(), await worlds[1].person()];
    const signers = people.map((person, at) => keepSigning(worlds[at === 0 ? 0 : 1], person));
    const newcomers = [await worlds[0].person(), await worlds[0].person()];
    await until('everyone has signed', () => signers.every(({ seen }) => seen.signed > 2));
    for (const [at, person] of newcomers.entries()) {
      t.is((await worlds[at === 0 ? 0 : 1].sign(person)).status, 200);
    }
    await primary.kill();
    await until('everyone was refused', () => signers.every(({ seen }) => seen.unavailable > 0));
    const before = signers.map(({ seen }) => seen.signed);
    await standby.query('postgres', 'SELECT pg_promote()');
    await until('everyone signs again', () =>
      signers.every(({ seen }, at) => seen.signed > (before[at] ?? 0) + 2),
    );
    for (const signer of signers) await signer.stop();
    for (const [at, person] of people.entries()) {
      const { signed = 0, other = [], withoutRetryAfter = 0 } = signers[at]?.seen ?? {};
      t.deepEqual(other, []);
      t.is(withoutRetryAfter, 0);
      t.true((await signedEntriesOf(worlds[0], person)) >= signed);
    }
    for (const person of newcomers) await worlds[1].untilComplete(person);
  },
);
