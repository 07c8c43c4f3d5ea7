/** Tests the complete pages of the documentation as their readers use them. */
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ExecutionContext } from 'ava';
import type { Browser } from 'playwright-core';
import { freePort } from '../../scripts/local/free-port.js';
import { createWorld } from '../scenarios/world.js';
import { bundle } from './bundle.js';
import { testInBrowser } from './chromium.js';
import { watchContext } from './watch-context.js';
import { watchVisibility } from './page-time.js';
import { openVirtualAuthenticators } from './virtual-authenticator.js';
import { approve, joinInFrame } from './widget-scene.js';
import { untilSigned } from './until-signed.js';

const ROOT = new URL('../../../', import.meta.url);
const PLACE = 'https://sealwright.example';

/** Returns the code under a heading of the page about apps. */
function exampleOf(heading: string): string {
  const text = readFileSync(new URL('docs/app.md', ROOT), 'utf8');
  const section = text.slice(text.indexOf(`### ${heading}\n`));
  return /```(?:html|ts)\n([^]*?)```/.exec(section)?.[1] ?? '';
}

async function pageOf(heading: string, service: string): Promise<string> {
  const code = exampleOf(heading).replaceAll(PLACE, service);
  if (code.startsWith('<!doctype html>')) return code;
  const script = (await bundle(code)).replaceAll('</script', String.raw`<\/script`);
  return `<!doctype html><html lang="en"><title>My app</title><button id="sign-in">Sign in</button>
    <p id="status"></p><script type="module">${script}</script></html>`;
}

/** Starts the service and the page, and returns the page's address. */
async function startExample(t: ExecutionContext, heading: string) {
  const port = String(await freePort());
  const service = `http://localhost:${port}`;
  const page = await pageOf(heading, service);
  const server = createServer((request, response) => {
    response.setHeader('content-type', 'text/html');
    if (request.url !== '/') response.statusCode = 204;
    response.end(request.url === '/' ? page : undefined);
  });
  server.listen(0, '127.0.0.1');
  await new Promise((done) => server.once('listening', done));
  t.teardown(() => void server.close());
  const app = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const env = { PORT: port, PUBLIC_ORIGIN: service, APP_ORIGINS: app };
  const world = await createWorld({ env });
  t.teardown(() => world.close());
  return { app, service };
}

async function followExample(
  t: ExecutionContext,
  browser: Browser,
  heading: string,
): Promise<void> {
  const { app, service } = await startExample(t, heading);
  const context = await browser.newContext();
  t.teardown(() => context.close());
  await watchVisibility(context);
  const complaints = watchContext(t, context, { origins: [app, service], breaksPolicy: false });
  const page = await context.newPage();
  await (await openVirtualAuthenticators(page)).add('internal');
  await page.goto(app, { waitUntil: 'networkidle' });
  await page.click('#sign-in');
  const frame = await joinInFrame(page);
  await approve(page, frame);
  const address = await untilSigned(t, page.locator('#status'), 'signed');
  await page.reload();
  await page.locator(`#status:text-is("Welcome back, ${address}")`).waitFor();
  t.deepEqual(complaints, []);
}

for (const heading of ['Plain HTML', 'wagmi and viem', 'ethers 6']) {
  testInBrowser(`the page for ${heading} signs a person in as it is printed`, (t, browser) =>
    followExample(t, browser, heading),
  );
}
