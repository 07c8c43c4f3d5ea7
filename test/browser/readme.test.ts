/** Tests "Add it to your app" as a new user follows it: the README's own lines become a page. */
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { freePort } from '../../scripts/local/free-port.js';
import { createWorld } from '../scenarios/world.js';
import { testInBrowser } from './chromium.js';
import { watchVisibility } from './page-time.js';
import { openVirtualAuthenticators } from './virtual-authenticator.js';
import { approve, joinInFrame } from './widget-scene.js';
import { untilSigned } from './until-signed.js';

const ROOT = new URL('../../../', import.meta.url);

function pageOfReadme(): string {
  const text = readFileSync(new URL('README.md', ROOT), 'utf8');
  const section = text.slice(text.indexOf('## Add it to your app'));
  return /```html\n([^]*?)```/.exec(section)?.[1] ?? '';
}

testInBrowser('the ten lines of the README are a complete app', async (t, browser) => {
  const lines = pageOfReadme().trim().split('\n');
  t.true(lines.length <= 11, String(lines.length));
  const port = String(await freePort());
  const service = `http://localhost:${port}`;
  const page = lines.join('\n').replaceAll('https://sealwright.example', service);
  const server = createServer((_request, response) => {
    response.setHeader('content-type', 'text/html');
    response.end(page);
  });
  server.listen(0, '127.0.0.1');
  await new Promise((done) => server.once('listening', done));
  t.teardown(() => void server.close());
  const app = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const env = { PORT: port, PUBLIC_ORIGIN: service, APP_ORIGINS: app };
  const world = await createWorld({ env });
  t.teardown(() => world.close());
  const context = await browser.newContext();
  t.teardown(() => context.close());
  await watchVisibility(context);
  const tab = await context.newPage();
  await (await openVirtualAuthenticators(tab)).add('internal');
  await tab.goto(app, { waitUntil: 'networkidle' });
  await tab.click('#sign-in');
  const frame = await joinInFrame(tab);
  await approve(tab, frame);
  await untilSigned(t, tab.locator('body'), 'signed:');
});
