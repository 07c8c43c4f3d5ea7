/**
 * Reads the private key from a file that only its owner can read, from a variable, or from a
 * prompt.
 */
import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { ServiceError } from '../../errors.js';
import { parseLocalKey } from '../local-key.js';

/** The variable that may contain the key. */
export const KEY_VARIABLE = 'SEALWRIGHT_LOCAL_KEY';

const READABLE_BY_OTHERS = 0o077;
const MAX_BYTES = 4_096;

/** Where the key may come from. */
export type KeySources = {
  readonly keyFile?: string;
  /** The variable is removed from it, so that no later process inherits the key. */
  readonly environment: NodeJS.ProcessEnv;
  /** Asks without echo. Undefined if there is no terminal. */
  readonly prompt?: () => Promise<string>;
};

/**
 * Reads the key. Rejects ERR_LOCAL_KEY_FILE, ERR_LOCAL_KEY_FILE_MODE, ERR_LOCAL_KEY_INVALID or
 * ERR_LOCAL_KEY_MISSING.
 */
export async function readKey({ keyFile, environment, prompt }: KeySources): Promise<Uint8Array> {
  const variable = environment[KEY_VARIABLE];
  Reflect.deleteProperty(environment, KEY_VARIABLE);
  if (keyFile !== undefined) return readKeyFile(keyFile);
  if (variable !== undefined && variable !== '') return parseLocalKey(variable);
  if (prompt === undefined) throw new ServiceError('ERR_LOCAL_KEY_MISSING');
  return parseLocalKey(await prompt());
}

/**
 * Checks the file that was opened, because its path may change later. Opening does not block,
 * because a pipe would never end.
 */
async function readKeyFile(path: string): Promise<Uint8Array> {
  let text: string;
  try {
    const handle = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      const stat = await handle.stat();
      if (!stat.isFile() || stat.size > MAX_BYTES) throw new Error('not a small file');
      if ((stat.mode & READABLE_BY_OTHERS) !== 0) throw new ServiceError('ERR_LOCAL_KEY_FILE_MODE');
      text = await handle.readFile('utf8');
    } finally {
      await handle.close();
    }
  } catch (cause) {
    if (cause instanceof ServiceError) throw cause;
    throw new ServiceError('ERR_LOCAL_KEY_FILE', { cause });
  }
  return parseLocalKey(text);
}
