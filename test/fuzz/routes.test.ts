/**
 * Whatever is sent to whatever route: no answer is a fault of the service, every refusal has a code
 * of the table, and nothing piles up. Unhandled rejections and uncaught exceptions fail the file by
 * themselves, because the service runs in this process.
 */
import { ERROR_TABLE } from '../../src/error-table.js';
import { signedInBrowser, OWN_ORIGIN } from '../scenarios/wallet-browser.js';
import { createWorld, isSignedBy, type World } from '../scenarios/world.js';
import { heldBytes } from '../held-bytes.js';
import { test } from '../test.js';
import { pick } from '../attestation/mutators.js';
import { describedRoutes } from './described-routes.js';
import { hostileRequest, type Asker } from './hostile-request.js';
import { sendRaw, type RawReply, type RawRequest } from './send-raw.js';
import { randomOf, ROUTE_CASES, SEED } from './settings.js';

/** Requests end sessions, keys and accounts: after so many somebody new asks. */
const CASES_A_PERSON = 60;
const APP = 'https://app.example';

/**
 * What the second half of the cases may leave on the heap: accounts are few, but caches are filled.
 */
const MAX_GROWTH_BYTES = 24 * 2 ** 20;

async function newAsker(world: World): Promise<Asker> {
  const person = await world.person();
  const browser = await signedInBrowser(world, person.wallet);
  const challenge = await world.call('POST', '/api/auth/siwe/challenge', {
    body: { address: person.wallet.address, transport: 'bearer' },
  });
  const message = String(challenge.body['message']);
  const review = await world.call('POST', `/api/keys/${person.keyId}/reviews`, {
    token: person.token,
    body: { message: 'hello', appOrigin: APP },
  });
  const reviewId = String(review.body['reviewId']);
  return {
    token: person.token,
    cookie: browser.cookie ?? '',
    origin: OWN_ORIGIN,
    ids: [person.keyId, reviewId, 'ab'.repeat(64), '0'.repeat(32)],
    known: [
      'hello',
      APP,
      message,
      await person.wallet.signMessage(message),
      person.address,
      person.wallet.address,
      person.keyId,
      reviewId,
      world.appSignIn(person),
      'bearer',
      'cookie',
      'ab'.repeat(32),
    ],
  };
}

/** What is wrong with a reply, undefined where nothing is. */
function faultOf({ body }: RawRequest, reply: RawReply): string | undefined {
  // A connection is closed before all of a body that is too long was sent.
  if (reply.kind === 'reset') return (body?.length ?? 0) > 60_000 ? undefined : 'connection reset';
  const { status, contentType, text } = reply;
  if (status >= 500) return `status ${status}: ${text.slice(0, 300)}`;
  if (status < 400 || text === '') return undefined;
  if (contentType !== 'application/problem+json') return `an error of type ${contentType}`;
  const { code } = JSON.parse(text) as { readonly code: string };
  return Object.hasOwn(ERROR_TABLE, code) ? undefined : `unknown code ${code}`;
}

test('no request makes the service fail, and it goes on as before', async (t) => {
  const world = await createWorld({
    env: { APP_ORIGINS: APP, TRUSTED_PROXY_HOPS: '1' },
    tuning: { enclaveDeadlineMs: 120_000 },
  });
  t.teardown(() => world.close());
  const routes = await describedRoutes(world);
  t.true(routes.length > 30);
  let asker = await newAsker(world);
  let halfBytes = 0;
  let isGone = false;
  const statuses = new Map<number, number>();
  for (let at = 0; at < ROUTE_CASES; at += 1) {
    if (isGone || at % CASES_A_PERSON === 0) asker = await newAsker(world);
    const random = randomOf(at);
    const sent = hostileRequest(random, pick(random, routes), asker);
    const reply = await sendRaw(world.url, sent);
    const fault = faultOf(sent, reply);
    if (fault !== undefined) {
      const shown = `${sent.method} ${sent.path} ${JSON.stringify(sent.headers)}\n${sent.body?.toString().slice(0, 600)}`;
      t.fail(`FUZZ_SEED=${SEED}, case ${at}: ${fault}\n${shown}`);
      return;
    }
    const status = reply.kind === 'answer' ? reply.status : 0;
    isGone = status === 401 && sent.headers['authorization'] === `Bearer ${asker.token}`;
    statuses.set(status, (statuses.get(status) ?? 0) + 1);
    // The stand-ins and the log of the test would be what grows.
    world.logs.length = 0;
    world.node.clearRequests();
    if (at === Math.floor(ROUTE_CASES / 2)) halfBytes = heldBytes();
  }
  const grownBytes = heldBytes() - halfBytes;
  t.log(
    `FUZZ_SEED=${SEED}, ${JSON.stringify(Object.fromEntries(statuses))}, ${grownBytes} bytes more`,
  );
  t.true(grownBytes < MAX_GROWTH_BYTES, `${grownBytes} bytes`);
  // The fuzz is near enough to what is taken that a good part of it is.
  t.true((statuses.get(200) ?? 0) > ROUTE_CASES / 20);
  const person = await world.person();
  const message = world.appSignIn(person);
  t.true(isSignedBy(await world.sign(person, message), message, person));
});
