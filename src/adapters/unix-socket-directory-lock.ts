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
import { join } from 'node:path';
import { ServiceError } from '../errors.js';

/** A lock that this process holds. */
export type DirectoryLock = { release(): Promise<void> };

// sun_path holds 108 bytes, including the terminating NUL.
const MAX_PATH_BYTES = 107;

/**
 * Takes the lock of a directory. Rejects ERR_DATA_DIR_LOCKED, or ERR_DATA_DIR if no socket can be
 * created.
 */
export async function lockDirectory(directory: string): Promise<DirectoryLock> {
  const path = join(directory, 'lock.sock');
  const own = join(directory, `.lock-${randomBytes(4).toString('hex')}`);
  if (Buffer.byteLength(own) > MAX_PATH_BYTES) {
    const longest = MAX_PATH_BYTES - (Buffer.byteLength(own) - Buffer.byteLength(directory));
    const advice = `The lock in it is a Unix socket, so the path may have at most ${longest} bytes. Set DATA_DIR to a shorter path.`;
    throw new ServiceError('ERR_DATA_DIR', { detail: { reason: 'the path is too long', advice } });
  }
  const server = await bind(own);
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
      if (!isCode(error, 'EEXIST')) throw new ServiceError('ERR_DATA_DIR', { cause: error });
    }
    if (await answers(path)) throw new ServiceError('ERR_DATA_DIR_LOCKED');
    await moveAway(path);
  }
  throw new ServiceError('ERR_DATA_DIR_LOCKED');
}

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
    throw new ServiceError('ERR_DATA_DIR_LOCKED');
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

function bind(path: string): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => socket.destroy());
    server.once('error', (cause) => reject(new ServiceError('ERR_DATA_DIR', { cause })));
    server.listen(path, () => {
      server.unref();
      resolve(server);
    });
  });
}

const closeServer = (server: Server): Promise<void> =>
  new Promise((resolve) => void server.close(() => resolve()));

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
