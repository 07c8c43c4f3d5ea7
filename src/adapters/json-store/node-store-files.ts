/** The file operations of the JSON store on the file system of this machine. */
import { constants } from 'node:fs';
import {
  mkdir,
  open,
  readdir,
  readFile,
  rename,
  rm,
  rmdir,
  type FileHandle,
} from 'node:fs/promises';
import { hasCode } from '../error-code.js';
import type { OpenFile, StoreFiles } from './store-files.js';

/** Resolves to a substitute if the error has one of these codes. */
async function orElse<T>(work: Promise<T>, substitute: T, ...codes: readonly string[]): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (hasCode(error, ...codes)) return substitute;
    throw error;
  }
}

const { O_APPEND, O_CREAT, O_DSYNC, O_WRONLY } = constants;

/**
 * A write to a file that was opened with O_DSYNC is durable when it ends, so a commit takes one
 * call to the system instead of two.
 */
const APPEND_DURABLY = O_WRONLY | O_CREAT | O_APPEND | O_DSYNC;

function openedFile(handle: FileHandle, isDurable: boolean): OpenFile {
  // Only its own writes are durable, and not what an earlier process left in the file.
  let isSynced = false;
  return {
    write: async (text) => {
      if (!isDurable) isSynced = false;
      await handle.appendFile(text);
    },
    sync: async () => {
      if (!isSynced) await handle.datasync();
      isSynced = true;
    },
    truncate: async (length) => {
      isSynced = false;
      await handle.truncate(length);
    },
    close: () => handle.close(),
  };
}

/** The file operations of this machine. */
export const nodeStoreFiles: StoreFiles = {
  readText: (path) => orElse(readFile(path, 'utf8'), undefined, 'ENOENT'),
  list: (path) => orElse(readdir(path), [], 'ENOENT', 'ENOTDIR'),
  append: async (path) => openedFile(await open(path, APPEND_DURABLY, 0o600), true),
  create: async (path) => openedFile(await open(path, 'w', 0o600), false),
  rename,
  remove: (path) => rm(path, { force: true }),
  removeDirectory: (path) => orElse(rmdir(path), undefined, 'ENOENT', 'ENOTEMPTY'),
  makeDirectory: (path) => orElse(mkdir(path, { mode: 0o700 }), undefined, 'EEXIST'),
  syncDirectory: async (path) => {
    const handle = await open(path, 'r');
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  },
};
