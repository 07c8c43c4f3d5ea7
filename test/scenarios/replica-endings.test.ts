/** Tests that what one replica ends also ends on another one, within a bounded time. */
import type { ExecutionContext } from 'ava';
import { sharedServer, testWithPostgres } from '../adapters/postgres-server.js';
import { test } from '../test.js';
import { until } from '../until.js';
import { openStream } from './open-stream.js';
import { signedInBrowser } from './wallet-browser.js';
import { createReplicas, type Person, type World } from './world.js';

const APP = 'https://app.example:5173';

let shared: Promise<readonly [World, World]> | undefined;

/** The two replicas of this file. */
const replicas = (): Promise<readonly [World, World]> => (shared ??= startReplicas());

async function startReplicas(): Promise<readonly [World, World]> {
  const databaseUrl = await (await sharedServer()).createDatabase();
  return createReplicas(databaseUrl, { env: { APP_ORIGINS: APP } });
}

test.after.always('the replicas of this file are stopped', async () => {
  const [a, b] = (await shared) ?? [];
  await b?.stop();
  await a?.close();
});

/** Has the node keep its replies about peers, so that runs stay where they are. */
function holdRuns(t: ExecutionContext, { node }: World): void {
  let goOn: () => void = () => undefined;
  const held = new Promise<void>((resolve) => {
    goOn = resolve;
  });
  node.onRequest((at, { route }) =>
    at === 'before' && route === '/peer/generate' ? held : Promise.resolve(),
  );
  t.teardown(() => {
    node.onRequest(undefined);
    goOn();
  });
}

const archive = (world: World, { token, keyId }: Person): Promise<unknown> =>
  world.call('POST', `/api/keys/${keyId}/archive`, { token });

const ENDINGS: Readonly<Record<string, (world: World, person: Person) => Promise<unknown>>> = {
  'its session is ended': (world, { token }) => world.call('POST', '/api/auth/sign-out', { token }),
  'its key is archived': archive,
  'the account is deleted': async (world, { wallet }) => {
    const browser = await signedInBrowser(world, wallet);
    return browser.call('DELETE', '/api/account');
  },
};

testWithPostgres(
  'an event stream on one replica ends when the other one ends its session, key or account',
  async (t) => {
    const [a, b] = await replicas();
    for (const [what, end] of Object.entries(ENDINGS)) {
      const person = await a.person();
      const stream = await openStream(b, person);
      t.false(stream.ended);
      await end(a, person);
      await until(`the end of the stream after ${what}`, () => stream.ended);
    }
  },
);

testWithPostgres(
  'an event stream of a run ends on the replica that executes it when the other one archives its key',
  async (t) => {
    const [a, b] = await replicas();
    holdRuns(t, a);
    const person = await b.person();
    const stream = await openStream(b, person);
    await b.sign(person, b.appSignIn(person), { prefer: 'respond-async' });
    await until('the first step', () => stream.heard.includes('event: step'));
    await archive(a, person);
    await until('the end of the stream', () => stream.ended);
    // The run itself is still held by the node.
    t.false(stream.heard.includes('"status":"complete"'));
  },
);

testWithPostgres(
  'a long poll on one replica ends when the other one archives its key or ends its session',
  async (t) => {
    const [a, b] = await replicas();
    holdRuns(t, a);
    const person = await a.person();
    await a.sign(person, a.appSignIn(person), { prefer: 'respond-async' });
    const reads = await b.counter('document_reads');
    const polls = [b.bootstrapOf(person, 25_000), b.bootstrapOf(person, 25_000)] as const;
    await until('the polls to begin', async () => (await b.counter('document_reads')) > reads + 20);
    await archive(a, person);
    for (const poll of polls) t.is((await poll).body['status'], 'pending');
    const last = b.bootstrapOf(person, 25_000);
    await a.call('POST', '/api/auth/sign-out', { token: person.token });
    t.is((await last).body['code'], 'ERR_SESSION_INVALID');
  },
);

testWithPostgres(
  'a review of one replica is refused when the other one archives its key',
  async (t) => {
    const [a, b] = await replicas();
    const browser = await signedInBrowser(b);
    const { body } = await browser.call('POST', `/api/keys/${browser.keyId}/reviews`, {
      message: 'hello',
      format: 'personal_sign',
      appOrigin: APP,
    });
    const other = await signedInBrowser(a, browser.wallet);
    t.is((await other.call('POST', `/api/keys/${browser.keyId}/archive`)).status, 200);
    const refused = await browser.call('POST', `/api/keys/${browser.keyId}/sign`, {
      reviewId: body['reviewId'],
    });
    t.is(refused.body['code'], 'ERR_KEY_ARCHIVED');
  },
);
