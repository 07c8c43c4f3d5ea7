/** Tests that two services on one database behave as one. */
import { join } from 'node:path';
import type { ExecutionContext } from 'ava';
import { runState } from '../../src/state-transfer/run-state.js';
import { sharedServer, testWithPostgres } from '../adapters/postgres-server.js';
import { credentialIdOf } from '../../src/accounts/user-document.js';
import { parseAddress } from '../../src/protocol/address.js';
import { TTL_MS } from '../../src/replicas/replicas.js';
import { createGate } from '../gate.js';
import { until } from '../until.js';
import { signedInBrowser, WalletBrowser } from './wallet-browser.js';
import {
  type Answer,
  createReplicas,
  createWorld,
  isSignedBy,
  NO_HURRY,
  outcomeOf,
  type World,
  type WorldOptions,
} from './world.js';

const APP = 'https://app.example:5173';
const env = { APP_ORIGINS: APP };

/** The same browser on another replica: the same cookie, as behind a balancer. */
function movedTo(world: World, browser: WalletBrowser): WalletBrowser {
  const moved = new WalletBrowser(world, browser.wallet);
  moved.cookie = browser.cookie;
  moved.keyId = browser.keyId;
  moved.address = browser.address;
  return moved;
}

const review = (browser: WalletBrowser, message: string): Promise<Answer> =>
  browser.call('POST', `/api/keys/${browser.keyId}/reviews`, {
    message,
    format: 'personal_sign',
    appOrigin: APP,
  });

const approve = (browser: WalletBrowser, reviewId: unknown): Promise<Answer> =>
  browser.call('POST', `/api/keys/${browser.keyId}/sign`, { reviewId });

const codeOf = ({ body }: Answer): unknown => body['code'];

async function replicas(
  t: ExecutionContext,
  options: WorldOptions = {},
): Promise<readonly [World, World]> {
  const worlds = await createReplicas(await (await sharedServer()).createDatabase(), options);
  t.teardown(async () => {
    await worlds[1].stop();
    await worlds[0].close();
  });
  return worlds;
}

testWithPostgres('a person who signs in on one replica signs on the other', async (t) => {
  const [a, b] = await replicas(t);
  const person = await a.person();
  const message = b.appSignIn(person);
  const signed = await b.sign(person, message);
  t.true(isSignedBy(signed, message, person));
  t.is(outcomeOf(signed).status, 'complete');
  const again = await a.sign(person);
  t.like(outcomeOf(again), { status: 'complete', state: 'cache-hit' });
});

testWithPostgres(
  'a second request on another replica is answered that the account is locked',
  async (t) => {
    const budget = { TINYCLOUD_BOOTSTRAP_SYNC_BUDGET_MS: '40' };
    const [a, b] = await replicas(t, { env: budget });
    const person = await a.person();
    const { hold, goOn } = createGate();
    a.node.onRequest(hold);
    t.like(outcomeOf(await a.sign(person)), { status: 'pending', state: 'executing' });
    t.like(outcomeOf(await b.sign(person)), { status: 'pending', state: 'locked' });
    a.node.onRequest(undefined);
    goOn();
    await a.untilComplete(person);
  },
);

testWithPostgres('a review that one replica shows is approved on the other, once', async (t) => {
  const [a, b] = await replicas(t, { env });
  const onA = await signedInBrowser(a);
  const onB = movedTo(b, onA);
  const { body } = await review(onA, 'hello');
  t.is((await approve(onB, body['reviewId'])).status, 200);
  t.is(codeOf(await approve(onB, body['reviewId'])), 'ERR_REVIEW_USED');
  t.is(codeOf(await approve(onA, body['reviewId'])), 'ERR_REVIEW_USED');
});

testWithPostgres('a review that is approved on both replicas at once signs once', async (t) => {
  const [a, b] = await replicas(t, { env });
  const onA = await signedInBrowser(a);
  const onB = movedTo(b, onA);
  for (let round = 0; round < 5; round += 1) {
    const { body } = await review(round % 2 === 0 ? onA : onB, `hello ${round}`);
    const answers = await Promise.all(
      [onA, onB, onA, onB].map((each) => approve(each, body['reviewId'])),
    );
    t.deepEqual(answers.map(({ status }) => String(status)).toSorted(), [
      '200',
      '409',
      '409',
      '409',
    ]);
  }
  t.is((await a.counter('signatures')) + (await b.counter('signatures')), 5);
});

testWithPostgres(
  'a session that ends on one replica is refused on the other, and so is its review',
  async (t) => {
    const [a, b] = await replicas(t, { env });
    const onA = await signedInBrowser(a);
    const other = await signedInBrowser(b, onA.wallet);
    const { body } = await review(onA, 'hello');
    t.is((await other.call('GET', '/api/keys')).status, 200);
    t.is((await other.call('DELETE', '/api/account/sessions')).status, 204);
    t.is(codeOf(await onA.call('GET', '/api/keys')), 'ERR_SESSION_INVALID');
    const stranger = movedTo(a, other);
    t.is(codeOf(await approve(stranger, body['reviewId'])), 'ERR_REVIEW_NOT_FOUND');
  },
);

testWithPostgres(
  'a way to sign in that is removed on one replica is refused on the other',
  async (t) => {
    const [a, b] = await replicas(t, { env });
    const onA = await signedInBrowser(a);
    const second = new WalletBrowser(b);
    const challenge = await onA.call('POST', '/api/account/credentials/wallet/challenge', {
      address: second.wallet.address,
    });
    const message = String(challenge.body['message']);
    const signature = await second.wallet.signMessage(message);
    const linked = await onA.call('POST', '/api/account/credentials/wallet/verify', {
      message,
      signature,
    });
    t.is(linked.status, 201, JSON.stringify(linked.body));
    await second.signIn();
    t.is(second.keyId, onA.keyId);
    const removed = await onA.call(
      'DELETE',
      `/api/account/credentials/${credentialIdOf({ kind: 'wallet', address: parseAddress(second.wallet.address), addedAtMs: 0 })}`,
    );
    t.is(removed.status, 200, JSON.stringify(removed.body));
    t.is(codeOf(await second.call('GET', '/api/keys')), 'ERR_SESSION_INVALID');
    // The wallet is free again: it signs in to an account of its own.
    await second.signIn();
    t.not(second.keyId, onA.keyId);
  },
);

testWithPostgres(
  'a wallet that signs in and is linked at the same time belongs to one account',
  async (t) => {
    const [a, b] = await replicas(t, { env });
    const owner = await signedInBrowser(a);
    for (let round = 0; round < 4; round += 1) {
      const fresh = new WalletBrowser(b);
      const { address } = fresh.wallet;
      const challenge = await owner.call('POST', '/api/account/credentials/wallet/challenge', {
        address,
      });
      const message = String(challenge.body['message']);
      const signature = await fresh.wallet.signMessage(message);
      const link = owner.call('POST', '/api/account/credentials/wallet/verify', {
        message,
        signature,
      });
      const [linked, begun] = await Promise.all([link, fresh.signIn()]);
      const wasCreated = begun.status === 200 && fresh.keyId !== owner.keyId;
      t.not(linked.status === 201, wasCreated, `${linked.status} ${begun.status}`);
      await fresh.signIn();
      t.is(fresh.keyId === owner.keyId, linked.status === 201);
    }
  },
);

testWithPostgres('limits of an account hold over both replicas within a tenth', async (t) => {
  const limits = `${NO_HURRY},sign@account=40/3600,write@account=5/3600`;
  const [a, b] = await replicas(t, { env: { RATE_LIMITS: limits } });
  const person = await a.person();
  const countOf = async (times: number, ask: (world: World) => Promise<Answer>) => {
    let accepted = 0;
    for (let time = 0; time < times; time += 1) {
      const answer = await ask(time % 2 === 0 ? a : b);
      if (answer.status === 200) accepted += 1;
      else t.is(codeOf(answer), 'ERR_RATE_LIMITED');
    }
    return accepted;
  };
  const signed = await countOf(60, (world) => world.sign(person, 'hello'));
  t.true(signed >= 40 && signed <= 44, String(signed));
  const body = { autoSignEnabled: true };
  const { token } = person;
  const written = await countOf(12, (world) =>
    world.call('PATCH', '/api/account', { token, body }),
  );
  t.is(written, 5);
});

testWithPostgres(
  'both replicas execute a run once, and the other one sees it complete',
  async (t) => {
    const [a, b] = await replicas(t);
    const person = await a.person();
    const message = a.appSignIn(person);
    const answers = await Promise.all([a.sign(person, message), b.sign(person, message)]);
    for (const answer of answers) t.is(outcomeOf(answer).status, 'complete');
    t.is((await a.counter('root_signatures')) + (await b.counter('root_signatures')), 10);
  },
);

testWithPostgres(
  'a run of a replica that stopped in the middle is completed by the other',
  async (t) => {
    const [a, b] = await replicas(t, {
      node: { faults: '/invoke=hang*1' },
      env: { TINYCLOUD_BOOTSTRAP_SYNC_BUDGET_MS: '0' },
    });
    const person = await a.person();
    t.is(outcomeOf(await a.sign(person)).status, 'pending');
    await a.stop();
    await b.untilComplete(person);
    t.pass(`within ${TTL_MS} ms and a sweep`);
  },
);

testWithPostgres(
  'a database that was restored to an older state is refused until the operator accepts it',
  async (t) => {
    const server = await sharedServer();
    const url = await server.createDatabase();
    const database = url.slice(url.lastIndexOf('/') + 1);
    const [a, b] = await createReplicas(url, {});
    t.teardown(async () => {
      await b.stop();
      await a.close();
    });
    const person = await a.person();
    await a.sign(person);
    await a.untilComplete(person);
    const beats = async (): Promise<number> => {
      const text = "SELECT min(generation) AS least FROM document WHERE kind = 'replica'";
      return Number((await server.query(database, text))[0]?.['least']);
    };
    await server.query(
      database,
      'CREATE TABLE kept AS SELECT * FROM document; CREATE TABLE kept_log AS SELECT * FROM log_entry',
    );
    const before = await beats();
    await until('both replicas have written since', async () => (await beats()) > before + 1);
    await server.query(
      database,
      `BEGIN; DELETE FROM document; DELETE FROM log_entry;
INSERT INTO document SELECT * FROM kept; INSERT INTO log_entry SELECT * FROM kept_log; COMMIT`,
    );
    for (const world of [a, b]) {
      await until('it refuses to sign', async () => {
        const answer = await world.sign(person, 'hello');
        return codeOf(answer) === 'ERR_STATE_TAMPERED';
      });
      t.is((await world.call('GET', '/readyz')).status, 503);
      await world.stop();
    }
    await t.throwsAsync(b.start(), { code: 'ERR_STATE_ROLLED_BACK' });
    await b.start({ STATE_RESTORED: '1' });
    const { body } = await b.call('GET', '/attestation');
    t.like(JSON.parse(String(body['statement'])), { config: { STATE_RESTORED: '1' } });
    t.is((await b.sign(person, 'hello')).status, 200);
    await b.stop();
    await a.start();
    t.is((await a.sign(person, 'hello')).status, 200);
  },
);

testWithPostgres(
  'a service grows from a directory to a database, and everyone stays signed in',
  async (t) => {
    const world = await createWorld();
    t.teardown(() => world.close());
    const person = await world.person();
    await world.sign(person);
    await world.untilComplete(person);
    await world.stop();
    const file = join(world.dataDir, 'state.jsonl');
    const databaseUrl = await (await sharedServer()).createDatabase();
    const around = { write: () => undefined, complain: t.log, databaseUrl, isTerminal: false };
    t.is(await runState({ ...around, args: ['export', file, '--data-dir', world.dataDir] }), 0);
    t.is(await runState({ ...around, args: ['import', file, '--database'] }), 0);
    await world.start({ DATA_DIR: '', DATABASE_URL: databaseUrl, STATE_INIT: '0' });
    t.like(outcomeOf(await world.sign(person)), { status: 'complete', state: 'cache-hit' });
    const { body } = await world.call('GET', '/attestation');
    t.like(JSON.parse(String(body['statement'])), { state: { kind: 'postgres', generation: 2 } });
    await world.stop();
    const elsewhere = { DATA_DIR: '', DATABASE_URL: databaseUrl, STATE_INIT: '0' };
    const other = { ...elsewhere, PUBLIC_ORIGIN: 'http://localhost:3002' };
    await t.throwsAsync(world.start(other), { code: 'ERR_STATE_MARKER_MISMATCH' });
    await world.start(elsewhere);
  },
);
