/**
 * Tests two replicas in a storm: one is killed again and again while people sign in for the first
 * time on both, and the clock of the other one is a minute ahead.
 */
import { randomBytes } from 'node:crypto';
import { Wallet } from 'ethers';
import type { AuditEntry } from '../../attestation/schema/audit.js';
import { type ServiceProcess, startServiceProcess } from '../../scripts/local/service-process.js';
import { sharedServer, testWithPostgres } from '../adapters/postgres-server.js';
import { IS_FULL } from '../sample.js';
import { until } from '../until.js';
import { ALL_KINDS, delegationsOf } from './requests.js';
import { createWorld, type Answer, type Person, sleep, type World } from './world.js';

const ACCOUNTS = IS_FULL ? 200 : 12;
const AT_ONCE = IS_FULL ? 8 : 3;
/** The replica is killed each time this many people have signed; in a full run, every 3 seconds. */
const SIGNED_PER_KILL = 4;
const KILL_EVERY_MS = 3_000;
const LEAST_KILLS = 2;
/** The first account may be complete only when all are, and a busy machine takes its time. */
const LONG_MS = 1_800_000;
const SHIFT_MS = 60_000;

/** A start may find the enclave of this test, or the database, too busy to answer in time. */
const BUSY = /ERR_ENCLAVE_UNAVAILABLE|ERR_STORE_UNAVAILABLE/;

/** A replica in a process of its own, which is killed and restarted. */
class Victim {
  readonly #world: World;
  readonly #environment: Readonly<Record<string, string>>;
  #process: ServiceProcess | undefined;
  kills = 0;
  refusedStarts = 0;

  constructor(world: World, environment: Readonly<Record<string, string>>) {
    this.#world = world;
    this.#environment = environment;
  }

  get url(): string | undefined {
    return this.#process?.url;
  }

  /** Starts the replica, and again if it refuses because something does not answer. */
  async start(isGivenUp: () => boolean = () => false): Promise<void> {
    const environment = { ...this.#world.env(), ...this.#environment };
    while (this.#process === undefined && !isGivenUp()) {
      try {
        this.#process = await startServiceProcess(environment);
      } catch (error) {
        if (!(error instanceof Error && BUSY.test(error.message))) throw error;
        this.refusedStarts += 1;
      }
    }
  }

  async kill(): Promise<void> {
    const running = this.#process;
    this.#process = undefined;
    this.kills += 1;
    await running?.kill();
  }

  async close(): Promise<void> {
    await this.#process?.kill();
  }

  /** Signs there. Returns undefined if the replica is gone, or dies before it answers. */
  async sign(person: Person, message: string): Promise<Answer | undefined> {
    const { url } = this;
    if (url === undefined) return undefined;
    try {
      const response = await fetch(`${url}/api/keys/${person.keyId}/sign`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${person.token}` },
        body: JSON.stringify({ message }),
      });
      const body = (await response.json()) as Answer['body'];
      return { status: response.status, body, headers: response.headers };
    } catch {
      return undefined;
    }
  }
}

/** The attempts of a person's set-up that began, and those that completed it, as audited. */
async function attemptsOf(world: World, { token }: Person) {
  const { body } = await world.call('GET', '/api/account/audit?newest=200', { token });
  const entries = body['entries'] as readonly AuditEntry[];
  const ofType = (type: string): readonly number[] =>
    entries.filter((entry) => entry.type === type).map(({ detail }) => Number(detail['attempt']));
  return { begun: ofType('bootstrap-started'), completed: ofType('bootstrap-complete') };
}

testWithPostgres(
  'accounts that are signed at random on two replicas, one of which is killed, are all set up once',
  async (t) => {
    const databaseUrl = await (await sharedServer()).createDatabase();
    const shared = { DATA_DIR: '', DATABASE_URL: databaseUrl };
    const env = { ...shared, TINYCLOUD_BOOTSTRAP_SYNC_BUDGET_MS: '0' };
    const steady = await createWorld({
      env,
      clock: () => Date.now() + SHIFT_MS,
      // As in production: with a longer run, a second attempt would renew the delegations of hosts.
      tuning: { limits: { runDeadlineMs: 60_000 } },
    });
    const victim = new Victim(steady, env);
    t.teardown(async () => {
      await victim.close();
      await steady.close();
    });
    await victim.start();
    const startedMs = performance.now();
    const refused: string[] = [];
    const people: Person[] = [];
    let signed = 0;

    const signOne = async (): Promise<void> => {
      const wallet = new Wallet(`0x${randomBytes(32).toString('hex')}`);
      const person = await steady.person(wallet);
      people.push(person);
      const message = steady.appSignIn(person);
      const isFirstOnVictim = randomBytes(1).readUInt8() % 2 === 0;
      const onVictim = isFirstOnVictim ? await victim.sign(person, message) : undefined;
      // Whoever loses the connection asks again, as any client does.
      const answer = onVictim ?? (await steady.sign(person, message));
      if (answer.status !== 200) refused.push(`${answer.status} ${String(answer.body['code'])}`);
      signed += 1;
    };
    const worker = async (): Promise<void> => {
      while (people.length < ACCOUNTS) await signOne();
    };
    let isOver = false;
    let hasFailed = false;
    const untilNextKill = IS_FULL
      ? () => sleep(KILL_EVERY_MS)
      : (kills: number) =>
          until('more people have signed', () => isOver || signed >= (kills + 1) * SIGNED_PER_KILL);
    const storm = async (): Promise<void> => {
      for (;;) {
        await untilNextKill(victim.kills);
        if (isOver && victim.kills >= LEAST_KILLS) return;
        await victim.kill();
        await victim.start(() => hasFailed);
      }
    };
    const signAll = async (): Promise<void> => {
      try {
        await Promise.all(Array.from({ length: AT_ONCE }, worker));
        if (IS_FULL) for (const person of people) await steady.untilComplete(person, LONG_MS);
      } catch (error) {
        hasFailed = true;
        throw error;
      } finally {
        isOver = true;
      }
    };
    await Promise.all([storm(), signAll()]);
    t.deepEqual(refused, []);
    const seconds = Math.round((performance.now() - startedMs) / 1_000);
    t.deepEqual(
      steady.logs.filter((line) => line.includes('store-rolled-back')),
      [],
    );
    for (const person of people) await steady.untilComplete(person);
    let attempts = 0;
    for (const person of people) {
      const delegations = delegationsOf(steady.node, person.address);
      t.deepEqual([...delegations.keys()].toSorted(), ALL_KINDS);
      for (const [kind, cids] of delegations) t.is(cids.size, 1, kind);
      // The commit that makes a replica the owner counts the attempt, so no two owners have the
      // same.
      const { begun, completed } = await attemptsOf(steady, person);
      t.is(new Set(begun).size, begun.length, `attempts ${begun.join()}`);
      t.is(completed.length, 1);
      t.is(completed[0], Math.max(...begun));
      attempts += begun.length;
    }
    const { kills, refusedStarts } = victim;
    t.log(`${people.length} accounts in ${seconds} s, ${attempts} attempts, ${kills} kills`);
    t.log(`${refusedStarts} refused starts`);
  },
);
