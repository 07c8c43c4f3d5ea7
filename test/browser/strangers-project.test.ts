/**
 * Follows the page about apps to the letter in an empty Vite project, beside `npm run local`. It
 * installs packages of the registry, so it runs with `npm run test:full` only.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ExecutionContext } from 'ava';
import type { Browser } from 'playwright-core';
import { freePort } from '../../scripts/local/free-port.js';
import { emptyFolder, mustRun, packInto, ROOT } from '../packages/pack.js';
import { IS_FULL } from '../sample.js';
import { until } from '../until.js';
import { PATIENCE_MS, testInBrowser } from './chromium.js';
import { watchVisibility } from './page-time.js';
import { openVirtualAuthenticators } from './virtual-authenticator.js';
import { approve, joinInFrame } from './widget-scene.js';
import { untilSigned } from './until-signed.js';

const PLACE = 'https://sealwright.example';

/** Returns the code blocks of one language under the heading about React. */
function blocksOf(language: 'sh' | 'tsx'): readonly string[] {
  const page = readFileSync(join(ROOT, 'docs/app.md'), 'utf8');
  const section = page.slice(page.indexOf('### React with RainbowKit'));
  const end = section.indexOf('\n### ', 1);
  return [...section.slice(0, end).matchAll(/^```(\w+)\n([^]*?)^```$/gm)]
    .filter(([, named]) => named === language)
    .map(([, , code = '']) => code.trim());
}

function start(t: ExecutionContext, cwd: string, args: readonly string[]): ChildProcess {
  const child = spawn(process.execPath, args, { cwd, stdio: 'ignore' });
  t.teardown(async () => {
    if (child.exitCode !== null) return;
    const gone = new Promise((done) => child.once('exit', done));
    child.kill('SIGTERM');
    await gone;
  });
  return child;
}

const answers = (url: string): Promise<void> =>
  until(`${url} answers`, async () =>
    fetch(url).then(
      ({ ok }) => ok,
      () => false,
    ),
  ).then(() => undefined);

/** Creates the project and starts it beside the service. Returns the address of the app. */
async function startProject(t: ExecutionContext): Promise<string> {
  const folder = emptyFolder(t);
  const project = join(folder, 'my-app');
  const [create = '', install = ''] = (blocksOf('sh')[0] ?? '').split('\n');
  // The first command asks questions if it has a terminal, which it does not have here.
  mustRun(folder, 'sh', '-c', `${create.replace('npm create', 'npm create --yes')} </dev/null`);
  mustRun(project, 'sh', '-c', install);
  mustRun(project, 'npm', 'install', packInto(folder, '@sealwright/client'));
  const [appPort, servicePort] = [await freePort(), await freePort()];
  const service = `http://localhost:${servicePort}`;
  const [entry = ''] = blocksOf('tsx');
  writeFileSync(join(project, 'src/main.tsx'), entry.replace(PLACE, service));
  const app = `http://localhost:${appPort}`;
  start(t, project, ['node_modules/vite/bin/vite.js', '--port', String(appPort), '--strictPort']);
  const local = join(ROOT, 'dist/scripts/local.js');
  start(t, ROOT, [local, '--app', app, '--port', String(servicePort)]);
  await Promise.all([answers(app), answers(`${service}/readyz`)]);
  return app;
}

async function signIn(t: ExecutionContext, browser: Browser): Promise<void> {
  const app = await startProject(t);
  const context = await browser.newContext();
  t.teardown(() => context.close());
  context.setDefaultTimeout(PATIENCE_MS);
  await watchVisibility(context);
  const page = await context.newPage();
  await (await openVirtualAuthenticators(page)).add('internal');
  await page.goto(app);
  await page.click('button:has-text("Connect Wallet")');
  await page.click('button:has-text("Sealwright")');
  const frame = await joinInFrame(page);
  await page.click('#sign');
  await approve(page, frame);
  await untilSigned(t, page.locator('#status'), 'signed');
  // RainbowKit reconnects without a prompt.
  await page.reload();
  await page.locator('#sign').waitFor();
}

if (IS_FULL) testInBrowser('an empty Vite project with RainbowKit signs a person in', signIn);
