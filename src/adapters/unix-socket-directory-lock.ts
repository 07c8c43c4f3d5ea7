/**
 * Locks a directory for one process. The lock is a Unix socket on which its holder listens: a
 * refused connection proves that the holder is gone, whatever files it left. Process ids would not
 * work across containers.
 *
 * If two processes start at once, each binds a socket under a unique name and links it to the name
 * of the lock, which succeeds for only one of them. A stale lock is renamed away first, by a
 * process to which it refused a connection.
 */
import { randomBytes } from 'node:crypto';
import { link, rename, unlink } from 'node:fs/promises';
import { connect, createServer, type Server } from 'node:net';
import { dirname, join } from 'node:path';
import { ServiceError } from '../errors.js';
import { hasCode } from './error-code.js';
import { requireDirectory, unusableDirectory } from './json-store/unusable-directory.js';

/** A lock that this process holds. */
export type DirectoryLock = { release(): Promise<void> };

// sun_path holds 108 bytes, including the terminating NUL.
const MAX_PATH_BYTES = 107;

/**
 * Takes the lock of a directory. Rejects ERR_DATA_DIR_LOCKED, or ERR_DATA_DIR if there is no
 * directory or no socket can be created in it.
 */
export async function lockDirectory(directory: string): Promise<DirectoryLock> {
  const path = join(directory, 'lock.sock');
  const own = join(directory, `.lock-${randomBytes(4).toString('hex')}`);
  if (Buffer.byteLength(own) > MAX_PATH_BYTES) {
    const longest = MAX_PATH_BYTES - (Buffer.byteLength(own) - Buffer.byteLength(directory));
    const advice = `The lock in it is a Unix socket, so the path may have at most ${longest} bytes. Set DATA_DIR to a shorter path.`;
    const detail = { path: directory, reason: 'the path is too long', advice };
    throw new ServiceError('ERR_DATA_DIR', { detail });
  }
  await requireDirectory(directory);
  const server = await bind(own, directory);
  try {
    await claim(own, path);
    await unlink(own);
  } catch (error) {
    await closeServer(server);
    await unlink(own).catch(() => undefined);
    throw error;
  }
  return {
    release: async () => {
      await unlink(path).catch(() => undefined);
      await closeServer(server);
    },
  };
}

async function claim(own: string, path: string): Promise<void> {
  for (let tries = 0; tries < 5; tries += 1) {
    try {
      await link(own, path);
      return;
    } catch (error) {
      if (!hasCode(error, 'EEXIST')) throw unusableDirectory(dirname(path), error);
    }
    if (await answers(path)) throw locked(path);
    await moveAway(path);
  }
  throw locked(path);
}

const locked = (lock: string): ServiceError =>
  new ServiceError('ERR_DATA_DIR_LOCKED', {
    detail: {
      path: dirname(lock),
      advice: 'Stop the other process, or give each service a directory of its own.',
    },
  });

/** Renames a stale lock away, and restores it if another process has taken it in the meantime. */
async function moveAway(path: string): Promise<void> {
  const aside = `${path}.stale-${randomBytes(4).toString('hex')}`;
  try {
    await rename(path, aside);
  } catch {
    return;
  }
  if (await answers(aside)) {
    await link(aside, path).catch(() => undefined);
    await unlink(aside).catch(() => undefined);
    throw locked(path);
  }
  await unlink(aside).catch(() => undefined);
}

function answers(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path);
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

function bind(path: string, directory: string): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => socket.destroy());
    server.once('error', (cause) => reject(unusableDirectory(directory, cause)));
    server.listen(path, () => {
      server.unref();
      resolve(server);
    });
  });
}

const closeServer = (server: Server): Promise<void> =>
  new Promise((resolve) => void server.close(() => resolve()));
