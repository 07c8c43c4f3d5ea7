/**
 * A copy of the repository for trying mutants, so that the working tree is never changed.
 *
 * The copy has its own sources and its own build output; the installed packages are linked. Type
 * errors do not stop a build: a mutant only has to compile to JavaScript.
 */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const NOT_COPIED = new Set(['node_modules', '.git', '.local', 'coverage']);
const TSC = 'node_modules/typescript/bin/tsc';
const AVA = 'node_modules/ava/entrypoints/cli.mjs';

/**
 * A test without progress for this long has detected the mutant, because the code that it tests
 * hangs.
 */
const IDLE_TIMEOUT = '180s';

export type Workspace = {
  read(file: string): Promise<string>;
  write(file: string, text: string): Promise<void>;
  /** Compiles one side of the tree, and returns whether output was written. */
  build(file: string): Promise<boolean>;
  /** Runs one test of a file, or all of them for an empty title, and returns whether it passed. */
  test(file: string, title: string): Promise<boolean>;
  close(): Promise<void>;
};

/** Returns whether a file is on the browser's side of the tree, which is built separately. */
export const isForBrowsers = (file: string): boolean =>
  BROWSER_FOLDERS.some((folder) => file.startsWith(`${folder}/`));

const { include: BROWSER_FOLDERS } = JSON.parse(
  readFileSync(join(ROOT, 'tsconfig.browser.json'), 'utf8'),
) as { readonly include: readonly string[] };

export async function createWorkspace(): Promise<Workspace> {
  const folder = await mkdtemp(join(tmpdir(), 'sealwright-mutants-'));
  const filter = (source: string): boolean =>
    !NOT_COPIED.has(source.slice(ROOT.length).split('/')[0] ?? '');
  await cp(ROOT, folder, { recursive: true, filter });
  await symlink(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  await keepCacheOutside(folder);
  const compile = (project: string): Promise<boolean> =>
    run(folder, [TSC, '-p', project, '--noCheck']);
  return {
    read: (file) => readFile(join(folder, file), 'utf8'),
    write: (file, text) => writeFile(join(folder, file), text),
    build: async (file) =>
      (await compile('tsconfig.json')) &&
      (!isForBrowsers(file) || (await compile('tsconfig.browser.json'))),
    test: (file, title) => {
      const built = `dist/${file.replace(/\.ts$/, '.js')}`;
      const match = title === '' ? [] : ['--match', title];
      return run(folder, [AVA, '--timeout', IDLE_TIMEOUT, ...match, built]);
    },
    close: () => rm(folder, { recursive: true, force: true }),
  };
}

/** By default, the cache of ava is in node_modules, which belongs to the working tree. */
async function keepCacheOutside(folder: string): Promise<void> {
  const path = join(folder, 'package.json');
  const manifest = JSON.parse(await readFile(path, 'utf8')) as { ava: Record<string, unknown> };
  manifest.ava['cache'] = false;
  await writeFile(path, JSON.stringify(manifest));
}

function run(folder: string, args: readonly string[]): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, { cwd: folder, stdio: 'ignore' });
    child.once('error', reject);
    child.once('exit', (code) => resolve(code === 0));
  });
}
