import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ExecutionContext } from 'ava';
import { packageClosureOf } from '../../src/deployment/package-closure.js';

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

/**
 * Copies packages and all that they need from this repository, as an install without a registry
 * would lay them out.
 */
export function copyPackages(names: readonly string[], into: string): void {
  for (const path of packageClosureOf(new URL(`file://${ROOT}`), names)) {
    cpSync(join(ROOT, path), join(into, path), { recursive: true });
  }
}
