/** Tests over HTTP which apps have access, and that a person can stop them. */
import { composeAppSignIn } from '../../src/program-client/app-sign-in.js';
import { test } from '../test.js';
import { createWorld } from './world.js';
import { signedInBrowser } from './wallet-browser.js';

const APP = 'https://app.example';

test('an approved app is listed with its rights and their end, and stopping it ends its sessions', async (t) => {
  const world = await createWorld({ env: { APP_ORIGINS: APP } });
  t.teardown(() => world.close());
  const frame = await signedInBrowser(world);
  const page = await signedInBrowser(world, frame.wallet);
  t.deepEqual((await page.call('GET', '/api/apps')).body, { apps: [] });
  const message = composeAppSignIn(frame.address, 'app.example', Date.now()).siwe;
  const asked = { message, appOrigin: APP };
  const review = await frame.call('POST', `/api/keys/${frame.keyId}/reviews`, asked);
  const approved = { reviewId: review.body['reviewId'] };
  t.is((await frame.call('POST', `/api/keys/${frame.keyId}/sign`, approved)).status, 200);
  const { apps } = (await page.call('GET', '/api/apps')).body as {
    readonly apps: readonly Readonly<Record<string, unknown>>[];
  };
  t.is(apps.length, 1);
  t.like(apps[0], { origin: APP, keyAddress: frame.address });
  t.is(apps[0]?.['rights'], (review.body['summary'] as { want: string }).want);
  const until = apps[0]?.['until'];
  t.is(typeof until, 'string');
  const stopped = await page.call('POST', '/api/apps/stop', { origin: APP });
  t.deepEqual(stopped.body, { until, sessions: 1 });
  t.is((await frame.call('GET', '/api/account')).body['code'], 'ERR_SESSION_INVALID');
  const after = await page.call('GET', '/api/apps');
  t.is(typeof (after.body['apps'] as { stoppedAt?: string }[])[0]?.stoppedAt, 'string');
});

test('an app is stopped by a browser of the service only, and by its exact origin', async (t) => {
  const world = await createWorld();
  t.teardown(() => world.close());
  const browser = await signedInBrowser(world);
  const program = await world.person(browser.wallet);
  const body = { origin: APP };
  const byProgram = await world.call('POST', '/api/apps/stop', { token: program.token, body });
  t.is(byProgram.body['code'], 'ERR_SESSION_TRANSPORT');
  const unknown = await browser.call('POST', '/api/apps/stop', body);
  t.is(unknown.body['code'], 'ERR_APP_NOT_FOUND');
  const invalid = await browser.call('POST', '/api/apps/stop', { origin: 'javascript:alert(1)' });
  t.is(invalid.body['code'], 'ERR_REQUEST_INVALID');
  const foreign = await browser.call('POST', '/api/apps/stop', body, { origin: APP });
  t.not(foreign.status, 200);
});
