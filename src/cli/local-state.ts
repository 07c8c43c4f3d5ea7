/**
 * The state of local sign-ins: unfinished runs, and the identities of nodes at first use. It is one
 * directory of mode 0700 with files of mode 0600 that are written atomically.
 *
 * | file              | content                              | removed when      |
 * | ----------------- | ------------------------------------ | ----------------- |
 * | `<account>/run`   | the run so far, its salt, its domain | the run is done   |
 * | `<account>/lock…` | the lock of the process at work      | that process ends |
 * | `node-<origin>`   | the DID of a node                    | never             |
 *
 * No key is stored here. The session keys of a run are derived from its salt and the signer's key,
 * so the files alone reveal nothing. If the signer's key is not accessible, the salt itself is the
 * secret; the mode of the file protects it.
 */
import { createHash } from 'node:crypto';
import { lstat, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { makeDirectory, removeDurably, writeDurably } from '../adapters/durable-file.js';
import { hasCode } from '../adapters/error-code.js';
import { lockDirectory, type DirectoryLock } from '../adapters/unix-socket-directory-lock.js';
import type { NodePins } from '../bootstrap/node-identity.js';
import { PLAN_VERSION } from '../bootstrap/plan.js';
import type { BootstrapRun } from '../bootstrap/run.js';
import { storedProgress, stringifyRun } from '../bootstrap/stored-run.js';
import { ServiceError } from '../errors.js';
import { decodeBase64url } from '../protocol/base64url.js';
import { hex } from '../protocol/bytes.js';
import type { WalletDid } from '../protocol/did.js';

/** An unfinished run without its seed. */
export type LocalRun = {
  readonly salt: Uint8Array;
  /**
   * The domain of every SIWE message of the run. A resumed run keeps it, even if another is
   * requested now.
   */
  readonly domain: string;
  readonly progress: Omit<BootstrapRun, 'seed'>;
};

const runSchema = z.strictObject({
  version: z.literal(1),
  salt: z.string().transform((text) => decodeBase64url(text)),
  domain: z.string().max(300),
  progress: storedProgress,
});
const pinSchema = z.strictObject({
  version: z.literal(1),
  origin: z.string(),
  nodeDid: z.string().max(200),
});

const SALT_BYTES = 32;
const WRITABLE_BY_OTHERS = 0o022;

const nameOf = (...parts: readonly (string | number)[]): string =>
  hex(createHash('sha256').update(JSON.stringify(parts)).digest()).slice(0, 16);

/** Reads and writes the state of one account at one node. */
export class LocalState {
  readonly #directory: string;
  readonly #nodeOrigin: string;
  readonly #account: string;

  constructor(directory: string, owner: WalletDid, nodeOrigin: string) {
    this.#directory = directory;
    this.#nodeOrigin = nodeOrigin;
    this.#account = join(directory, nameOf(owner.address, owner.chainId, nodeOrigin, PLAN_VERSION));
  }

  /** The path of the unfinished run of this account. */
  get runPath(): string {
    return join(this.#account, 'run');
  }

  get #pinPath(): string {
    return join(this.#directory, `node-${nameOf(this.#nodeOrigin)}`);
  }

  /**
   * Locks the account for this process. Rejects ERR_DATA_DIR_LOCKED, ERR_DATA_DIR or
   * ERR_LOCAL_STATE.
   */
  async lock(): Promise<DirectoryLock> {
    await this.#makeDirectories();
    return lockDirectory(this.#account);
  }

  /**
   * Returns the unfinished run of this account, if there is one. Rejects ERR_STATE_TAMPERED if it
   * cannot be read.
   */
  async findRun(): Promise<LocalRun | undefined> {
    const stored = await this.#read(this.runPath, runSchema);
    if (stored === undefined) return undefined;
    const { salt, domain, progress } = stored;
    if (salt.length !== SALT_BYTES) throw new ServiceError('ERR_STATE_TAMPERED');
    return { salt, domain, progress };
  }

  /** Saves the run. It is durable when the promise resolves. */
  async saveRun({ salt, domain, progress }: LocalRun): Promise<void> {
    await this.#makeDirectories();
    await this.#write(this.runPath, { version: 1, salt, domain, progress });
  }

  /** Removes the run, if there is one. */
  async removeRun(): Promise<void> {
    await inState(() => removeDurably(this.runPath).catch(ignoreMissing));
  }

  /** The identity of the node at first use. */
  get pins(): NodePins {
    return {
      find: async () => {
        const pin = await this.#read(this.#pinPath, pinSchema);
        if (pin !== undefined && pin.origin !== this.#nodeOrigin) {
          throw new ServiceError('ERR_STATE_TAMPERED');
        }
        return pin?.nodeDid;
      },
      save: async (nodeDid) => {
        await this.#makeDirectories();
        await this.#write(this.#pinPath, { version: 1, origin: this.#nodeOrigin, nodeDid });
      },
    };
  }

  async #makeDirectories(): Promise<void> {
    await inState(async () => {
      await makeDirectory(this.#directory);
      await makeDirectory(this.#account);
      for (const path of [this.#directory, this.#account]) {
        const { mode } = await lstat(path);
        if ((mode & WRITABLE_BY_OTHERS) !== 0) throw new Error('others may write here');
      }
    });
  }

  async #write(path: string, value: object): Promise<void> {
    await inState(() => writeDurably(path, `${stringifyRun(value)}\n`));
  }

  async #read<T>(path: string, schema: z.ZodType<T>): Promise<T | undefined> {
    const text = await inState(() => readFile(path, 'utf8').catch(ignoreMissing));
    if (text === undefined) return undefined;
    try {
      return schema.parse(JSON.parse(text));
    } catch (cause) {
      throw new ServiceError('ERR_STATE_TAMPERED', { cause });
    }
  }
}

function ignoreMissing(error: unknown): undefined {
  if (hasCode(error, 'ENOENT')) return undefined;
  throw error;
}

async function inState<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    throw new ServiceError('ERR_LOCAL_STATE', { cause });
  }
}
