/**
 * Files that are there entirely or not at all, and stay: written to a temporary name of its own, synced, renamed, and
 * the directory synced, so that after a power cut either the old bytes or the new ones are found.
 */
import { randomBytes } from 'node:crypto';
import { mkdir, open, rename, rm, unlink } from 'node:fs/promises';
import { dirname } from 'node:path';

export const TEMPORARY = /\.tmp-[0-9a-f]{16}$/;

/** Makes a directory's entries durable. */
export async function syncDirectory(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Makes a directory, durable in its parent. */
export async function makeDirectory(path: string): Promise<void> {
  const first = await mkdir(path, { recursive: true, mode: 0o700 });
  if (first !== undefined) await syncDirectory(dirname(path));
}

/** Replaces a file; durable when it resolves. Mode 0600. */
export async function writeDurably(path: string, text: string): Promise<void> {
  const temporary = `${path}.tmp-${randomBytes(8).toString('hex')}`;
  try {
    const handle = await open(temporary, 'wx', 0o600);
    try {
      await handle.writeFile(text);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  await syncDirectory(dirname(path));
}

/** Removes a file; durable when it resolves. */
export async function removeDurably(path: string): Promise<void> {
  await unlink(path);
  await syncDirectory(dirname(path));
}
