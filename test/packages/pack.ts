import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ExecutionContext } from 'ava';

export const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

export type Manifest = {
  readonly version: string;
  readonly bin?: Readonly<Record<string, string>>;
  readonly dependencies?: Readonly<Record<string, string>>;
};

export const manifestAt = (folder: string): Manifest =>
  JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest;

/** Runs a program and returns its standard output. Throws what it wrote if it fails. */
export function mustRun(cwd: string, command: string, ...args: readonly string[]): string {
  const { status, stdout, stderr, error } = spawnSync(command, args, { cwd, encoding: 'utf8' });
  if (status === 0) return stdout;
  throw new Error(`${command} ${args.join(' ')}: ${error?.message ?? ''}${stdout}${stderr}`);
}

export function emptyFolder(t: ExecutionContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'sealwright-package-'));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Packs a workspace into `folder` as `npm publish` would, and returns the path of the archive. */
export function packInto(folder: string, workspace: string): string {
  const args = ['pack', '--silent', '--workspace', workspace, '--pack-destination', folder];
  const [name = ''] = mustRun(ROOT, 'npm', ...args)
    .trim()
    .split('\n')
    .slice(-1);
  return join(folder, name);
}

/** Copies a package and all that it depends on from this repository, as an install without a registry would lay them out. */
export function copyPackage(name: string, from: string, into: string): void {
  const source = findPackage(name, from);
  // The same place below node_modules, so that two versions of a package stay apart.
  const target = join(into, relative(ROOT, source));
  if (existsSync(target)) return;
  cpSync(source, target, { recursive: true });
  for (const each of Object.keys(manifestAt(source).dependencies ?? {})) {
    copyPackage(each, source, into);
  }
}

/** The folder that node would find the package in, seen from a module in `from`. */
function findPackage(name: string, from: string): string {
  for (let folder = from; ; folder = join(folder, '..')) {
    const found = join(folder, 'node_modules', name);
    if (existsSync(found)) return found;
    if (folder === '/') throw new Error(`${name} is not installed`);
  }
}
