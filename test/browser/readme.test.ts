/** "Add it to your app", as a new user does it: the README's own lines as a page, and the package in an empty project. */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from '../test.js';
import { verifyMessage } from 'ethers';
import { freePort } from '../../scripts/local/free-port.js';
import { createWorld } from '../scenarios/world.js';
import { testInChromium } from './chromium.js';
import { watchVisibility } from './page-time.js';
import { openVirtualAuthenticators } from './virtual-authenticator.js';
import { approve, untilScreen, widgetFrame } from './widget-scene.js';

const ROOT = new URL('../../../', import.meta.url);

function pageOfReadme(): string {
  const text = readFileSync(new URL('README.md', ROOT), 'utf8');
  const section = text.slice(text.indexOf('## Add it to your app'));
  return /```html\n([^]*?)```/.exec(section)?.[1] ?? '';
}

testInChromium("the README's ten lines are a whole app", async (t, browser) => {
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
  const frame = await widgetFrame(tab);
  await untilScreen(frame, 'connect');
  await frame.click('[data-way=create]');
  await approve(tab, frame);
  const said = tab.locator('body:has-text("signed: 0x")');
  await said.waitFor();
  const [, address = '', signature = ''] =
    /(0x[0-9a-fA-F]{40}) signed: (0x[0-9a-f]{130})/.exec(await said.innerText()) ?? [];
  t.is(verifyMessage(`I am ${address}`, signature), address);
});

const CONSUMER = `import { createSealwright, type Sealwright, SealwrightError } from 'sealwright/client';
const sealwright: Sealwright = createSealwright({ service: 'https://sealwright.example' });
export async function signIn(): Promise<string> {
  try {
    const { address } = await sealwright.connect();
    const { signature, tinycloudBootstrap } = await sealwright.signMessage(address);
    const accounts: unknown = await sealwright.provider.request({ method: 'eth_accounts' });
    sealwright.onBootstrap(({ done, total }) => console.log(done / total, accounts));
    return signature + tinycloudBootstrap.status;
  } catch (error) {
    return error instanceof SealwrightError ? error.code : 'unknown';
  }
}
`;

test('in an empty project the package gives the client, with types and nothing else', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'sealwright-app-'));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  const installed = join(folder, 'node_modules/sealwright');
  mkdirSync(installed, { recursive: true });
  // What a package holds: package.json and its `files`.
  const manifest = JSON.parse(readFileSync(new URL('package.json', ROOT), 'utf8')) as {
    readonly files: readonly string[];
  };
  for (const path of ['package.json', ...manifest.files]) {
    cpSync(new URL(path, ROOT), join(installed, path), { recursive: true });
  }
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
  writeFileSync(join(folder, 'app.ts'), CONSUMER);
  const compiler = new URL('node_modules/typescript/bin/tsc', ROOT).pathname;
  for (const resolution of ['bundler', 'nodenext']) {
    const module = resolution === 'bundler' ? 'esnext' : 'nodenext';
    const flags = `--strict --target es2023 --lib es2023,dom --noEmit --module ${module} --moduleResolution ${resolution}`;
    const args = [compiler, ...flags.split(' '), 'app.ts'];
    const { status, stdout } = spawnSync(process.execPath, args, { cwd: folder });
    t.is(status, 0, `${resolution}: ${stdout.toString()}`);
  }
  const script = "import('sealwright/client').then((all) => console.log(Object.keys(all).join()))";
  const { stdout } = spawnSync(process.execPath, ['-e', script], { cwd: folder });
  t.is(
    stdout.toString().trim(),
    'ProviderError,SealwrightError,SealwrightProvider,createSealwright',
  );
});
