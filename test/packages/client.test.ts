/**
 * `@sealwright/client` as an app gets it: packed, installed into an empty project, bundled and
 * type-checked there.
 */
import {
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { test } from '../test.js';
import { manifestAt, mustRun, packInto, ROOT } from './pack.js';

const CONSUMER = `import { createSealwright, type Sealwright, SealwrightError } from '@sealwright/client';
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

const WALLET_LIBRARIES = `import { createSealwright } from '@sealwright/client';
import { BrowserProvider, type Eip1193Provider } from 'ethers';
import { createWalletClient, custom, type EIP1193Provider } from 'viem';
const { provider } = createSealwright({ service: 'https://sealwright.example' });
export const forEthers: Eip1193Provider = provider;
export const forViem: EIP1193Provider = provider;
export const signer = new BrowserProvider(provider).getSigner();
export const wallet = createWalletClient({ transport: custom(provider) });
`;

const EXPORTS = 'ProviderError,SealwrightError,SealwrightProvider,createSealwright';

/** A project with the packed client in it and nothing else. */
const folder = mkdtempSync(join(tmpdir(), 'sealwright-app-'));
const installed = join(folder, 'node_modules/@sealwright/client');

test.before(() => {
  const archive = packInto(folder, '@sealwright/client');
  writeFileSync(join(folder, 'package.json'), '{"type":"module","private":true}');
  // Nothing is fetched, because the client has no dependencies.
  mustRun(folder, 'npm', 'install', '--offline', '--no-audit', '--no-fund', '--silent', archive);
});

test.after.always(() => rmSync(folder, { recursive: true, force: true }));

function checkTypes(file: string, resolution: string, ...more: string[]): void {
  const module = resolution === 'bundler' ? 'esnext' : resolution;
  const flags = `--strict --target es2023 --lib es2023,dom --noEmit --module ${module} --moduleResolution ${resolution}`;
  const compiler = join(ROOT, 'node_modules/typescript/bin/tsc');
  mustRun(folder, process.execPath, compiler, ...flags.split(' '), ...more, file);
}

test('an empty project can install, type-check, import and bundle the client', async (t) => {
  t.deepEqual(readdirSync(join(folder, 'node_modules')), ['.package-lock.json', '@sealwright']);
  t.is(manifestAt(installed).dependencies, undefined);
  const held = readdirSync(installed, { recursive: true, encoding: 'utf8' });
  t.true(held.includes('README.md'));
  t.false(held.some((path) => /\.tsbuildinfo$|(?<!\.d)\.ts$/.test(path)));

  writeFileSync(join(folder, 'app.ts'), CONSUMER);
  for (const resolution of ['bundler', 'node16', 'nodenext']) {
    t.notThrows(() => checkTypes('app.ts', resolution), resolution);
  }
  const script = "import('@sealwright/client').then((all) => console.log(Object.keys(all).join()))";
  t.is(mustRun(folder, process.execPath, '-e', script).trim(), EXPORTS);

  const { outputFiles, warnings } = await build({
    absWorkingDir: folder,
    entryPoints: ['app.ts'],
    bundle: true,
    format: 'esm',
    platform: 'browser',
    write: false,
    logLevel: 'silent',
  });
  t.deepEqual(warnings, []);
  t.notRegex(outputFiles[0]?.text ?? 'import', /^import /m);
});

test("the provider is one of viem's and of ethers' EIP-1193 providers", (t) => {
  for (const name of ['@wagmi', 'ethers', 'viem']) {
    symlinkSync(join(ROOT, 'node_modules', name), join(folder, 'node_modules', name));
  }
  writeFileSync(join(folder, 'wallets.ts'), WALLET_LIBRARIES);
  t.notThrows(() => checkTypes('wallets.ts', 'bundler', '--skipLibCheck'));
  writeFileSync(join(folder, 'wrong.ts'), `${WALLET_LIBRARIES}forViem.emit('connect');\n`);
  t.throws(() => checkTypes('wrong.ts', 'bundler', '--skipLibCheck'));
});

test('the package and the service give out the same modules', (t) => {
  const modules = readdirSync(join(installed, 'dist'), { recursive: true, encoding: 'utf8' });
  for (const path of modules.filter((each) => each.endsWith('.js'))) {
    const served = readFileSync(join(ROOT, 'dist/browser/src', path), 'utf8');
    t.is(readFileSync(join(installed, 'dist', path), 'utf8'), served, path);
  }
});

test('the TypeScript in the pages compiles against the package', (t) => {
  const blocks = ['README.md', 'docs/app.md', 'src/client/README.md'].flatMap((path) =>
    [...readFileSync(join(ROOT, path), 'utf8').matchAll(/^```ts\n([^]*?)^```$/gm)].map(
      ([, code = '']) => code,
    ),
  );
  t.true(blocks.length >= 4);
  for (const [index, code] of blocks.entries()) {
    const needsClient = !code.includes('createSealwright');
    const before = needsClient
      ? "import type { Sealwright } from '@sealwright/client';\ndeclare const sealwright: Sealwright;\n"
      : '';
    const file = `page-${index}.ts`;
    writeFileSync(join(folder, file), `${before}${code}`);
    t.notThrows(() => checkTypes(file, 'bundler', '--skipLibCheck'), code);
  }
});
