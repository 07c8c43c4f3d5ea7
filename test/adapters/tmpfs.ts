/** Small real file systems. Mounting needs root, and a container may not be allowed to. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ExecutionContext } from 'ava';
import { test } from '../test.js';

const mountsAt = (path: string, options: string): boolean =>
  spawnSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', path]).status === 0;

/** A file system of a few pages that is unmounted after the test. */
export type SmallDisk = {
  readonly path: string;
  /** Mounts it again, as read-only or not. Nothing may be open for writing. */
  remount(mode: 'ro' | 'rw'): void;
};

function mountSmallDisk(
  options: string,
): (SmallDisk & { readonly unmount: () => void }) | undefined {
  const path = mkdtempSync(join(tmpdir(), 'disk-'));
  if (!mountsAt(path, options)) {
    rmSync(path, { recursive: true });
    return undefined;
  }
  return {
    path,
    remount: (mode) => {
      const { status } = spawnSync('mount', ['-o', `remount,${mode}`, path]);
      if (status !== 0) throw new Error('The file system cannot be mounted again.');
    },
    unmount: () => {
      spawnSync('umount', ['-l', path]);
      rmSync(path, { recursive: true, force: true });
    },
  };
}

/**
 * Declares a test with a file system of `sizeKb`. It is skipped, and says so, where mounting is not
 * possible, with `REQUIRE_ALL` as well: no program is missing there, but a right.
 */
export function testWithSmallDisk(
  title: string,
  sizeKb: number,
  body: (t: ExecutionContext, disk: SmallDisk) => Promise<void>,
): void {
  test(title, async (t) => {
    const disk = mountSmallDisk(`size=${sizeKb}k`);
    if (disk === undefined) {
      console.warn(`SKIPPED, as nothing can be mounted: ${title}`);
      t.pass();
      return;
    }
    t.teardown(() => disk.unmount());
    await body(t, disk);
  });
}
