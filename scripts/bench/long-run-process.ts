/**
 * The process that the bench `long-run` measures. It records signatures as the service does, and
 * reads the trails back from a store that was opened again.
 *
 *   node --expose-gc long-run-process.js one-user|many-users SIGNATURES
 */
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openJsonStateStore } from '../../src/adapters/json-state-store.js';
import { createSecp256k1Ecdsa } from '../../src/adapters/secp256k1-ecdsa.js';
import { withAudit } from '../../src/accounts/audit-trail.js';
import { AuthorizedChange } from '../../src/accounts/authorized-change.js';
import { createSealedDocuments } from '../../src/accounts/sealed-documents.js';
import { createUser, type UserDocument } from '../../src/accounts/user-document.js';
import { createUsers, type Users } from '../../src/accounts/users.js';
import { ServiceKeys } from '../../src/keys/service-keys.js';
import { parseAddress } from '../../src/protocol/address.js';
import { createKeyedLock } from '../../src/runtime/keyed-lock.js';

/** What one case measured. Memory is what is reachable after a collection. */
export type LongRun = {
  /** The memory after WARM_PART of the signatures. */
  readonly warmMb: number;
  readonly endMb: number;
  /** The start in an empty directory, and in the one that all signatures left. */
  readonly emptyStartMs: number;
  readonly startMs: number;
  /** The entries of the last user's trail, read and verified after the start. */
  readonly entries: number;
};

/** The largest bounded map has 65,536 entries, and is full after this part of 100,000 users. */
const WARM_PART = 0.7;
const AT_ONCE = 64;
const PAGE = 1_000;
const WALLET = parseAddress('0x31d40B62C395B9418C4198363619B11c65cD406F');

const [name = '', countText = ''] = process.argv.slice(2);
const signatures = Number(countText);
const keys = new ServiceKeys(new Uint8Array(32).fill(1), createSecp256k1Ecdsa());
const dataDir = await mkdtemp(join(tmpdir(), 'sealwright-bench-'));

async function open() {
  const beforeMs = performance.now();
  const store = await openJsonStateStore(dataDir);
  const startMs = Math.round(performance.now() - beforeMs);
  const random = (length: number): Uint8Array => new Uint8Array(randomBytes(length));
  const documents = createSealedDocuments(store, keys, {
    appId: 'bench',
    randomBytes: random,
  });
  const users = createUsers({ documents, lock: createKeyedLock(), clock: Date.now });
  return { store, users, startMs };
}

const idOf = (number: number): string =>
  (name === 'one-user' ? 'user' : `user${number}`).padEnd(32, 'a');

function signed(user: UserDocument | undefined, userId: string, nowMs: number): UserDocument {
  const wallet = { kind: 'wallet', address: WALLET, addedAtMs: nowMs } as const;
  return withAudit(user ?? createUser(userId, wallet, nowMs), nowMs, 'signed', {
    keyId: `${userId}-0`,
    digest: 'a'.repeat(64),
    ruleId: 'program-session',
    via: 'program',
  });
}

async function sign(users: Users, from: number, to: number): Promise<void> {
  let next = from;
  const work = async (): Promise<void> => {
    while (next < to) {
      const userId = idOf(next);
      next += 1;
      const apply = (user: UserDocument | undefined, nowMs: number): UserDocument =>
        signed(user, userId, nowMs);
      await users.update(AuthorizedChange.byService('bootstrap', userId, apply));
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
}

/** Returns the memory that is reachable, in MiB. */
function reachableMb(): number {
  globalThis.gc?.();
  globalThis.gc?.();
  const { heapUsed, external } = process.memoryUsage();
  return Math.round(((heapUsed + external) / 2 ** 20) * 10) / 10;
}

/** Reads the whole trail of a user. Rejects ERR_STATE_TAMPERED if an entry is missing. */
async function countEntries(users: Users, userId: string): Promise<number> {
  const user = await users.find(userId);
  if (user === undefined) throw new Error('long-run: a user is missing.');
  let entries = 0;
  for (let from = user.audit.firstSeq; from < user.audit.nextSeq; from += PAGE) {
    entries += (await users.audit.read(user, from, PAGE)).length;
  }
  return entries;
}

const first = await open();
const warm = Math.floor(signatures * WARM_PART);
await sign(first.users, 0, warm);
const warmMb = reachableMb();
await sign(first.users, warm, signatures);
const endMb = reachableMb();
await first.store.close();
const second = await open();
const entries = await countEntries(second.users, idOf(signatures - 1));
await second.store.close();
await rm(dataDir, { recursive: true, force: true });
const { startMs: emptyStartMs } = first;
const result: LongRun = { warmMb, endMb, emptyStartMs, startMs: second.startMs, entries };
process.stdout.write(`${JSON.stringify(result)}\n`);
