/**
 * Builds another commit of this repository, so that a bench can measure it in the same invocation.
 */
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { UsageError } from '../../src/console/run-command.js';

const run = promisify(execFile);
const ROOT = new URL('../../../', import.meta.url).pathname;

/** A build, and how to remove it. */
export type Build = { readonly entry: string; stop(): Promise<void> };

/** Gives a worktree its packages: those that are installed here, if its lockfile is the same. */
async function providePackages(folder: string): Promise<void> {
  const [own, other] = await Promise.all(
    [ROOT, folder].map((each) => readFile(join(each, 'package-lock.json'), 'utf8')),
  );
  if (own === other) await symlink(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  else await run('npm', ['ci', '--no-audit', '--no-fund'], { cwd: folder });
}

async function requireCommit(commit: string): Promise<void> {
  try {
    await run('git', ['rev-parse', '--verify', '--end-of-options', `${commit}^{commit}`], {
      cwd: ROOT,
    });
  } catch (cause) {
    throw new UsageError(`--before takes a commit of this repository: ${commit}`, { cause });
  }
}

/**
 * Compiles a commit in a worktree of its own. Rejects a UsageError if the commit does not exist,
 * and an Error if its packages cannot be installed.
 */
export async function buildCommit(commit: string): Promise<Build> {
  await requireCommit(commit);
  const parent = await mkdtemp(join(tmpdir(), 'sealwright-before-'));
  const folder = join(parent, 'worktree');
  await run('git', ['worktree', 'add', '--detach', folder, commit], { cwd: ROOT });
  const stop = async (): Promise<void> => {
    await run('git', ['worktree', 'remove', '--force', folder], { cwd: ROOT });
    await rm(parent, { recursive: true, force: true });
  };
  try {
    await providePackages(folder);
    await run('npm', ['run', '-s', 'build'], { cwd: folder });
    return { entry: join(folder, 'dist/src/main.js'), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
