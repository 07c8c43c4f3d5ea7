/** The file operations of the JSON store on the file system of this machine. */
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
import type { OpenFile, StoreFiles } from './store-files.js';

const hasCode = (error: unknown, ...codes: readonly string[]): boolean =>
  error instanceof Error && 'code' in error && codes.includes(String(error.code));

/** Resolves to a substitute if the error has one of these codes. */
async function orElse<T>(work: Promise<T>, substitute: T, ...codes: readonly string[]): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (hasCode(error, ...codes)) return substitute;
    throw error;
  }
}

const openedFile = (handle: FileHandle): OpenFile => ({
  write: (text) => handle.appendFile(text),
  sync: () => handle.datasync(),
  truncate: (length) => handle.truncate(length),
  close: () => handle.close(),
});

/** The file operations of this machine. */
export const nodeStoreFiles: StoreFiles = {
  readText: (path) => orElse(readFile(path, 'utf8'), undefined, 'ENOENT'),
  list: (path) => orElse(readdir(path), [], 'ENOENT', 'ENOTDIR'),
  append: async (path) => openedFile(await open(path, 'a', 0o600)),
  create: async (path) => openedFile(await open(path, 'w', 0o600)),
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
