/** A user of the first format is migrated when it is opened, and loses nothing. */
import { type AuditEntry, auditGenesisOf, auditHashOf } from '../../attestation/schema/audit.js';
import { firstSeqOf } from '../../src/accounts/audit-log.js';
import { withAudit } from '../../src/accounts/audit-trail.js';
import { AuthorizedChange } from '../../src/accounts/authorized-change.js';
import { legacySegmentCodec, legacyUserSchema } from '../../src/accounts/legacy-user-document.js';
import { sealedCodec } from '../../src/accounts/sealed-codec.js';
import { typedDocuments } from '../../src/accounts/typed-documents.js';
import { createUser, requireUser, type UserDocument } from '../../src/accounts/user-document.js';
import { createUsers } from '../../src/accounts/users.js';
import { parseAddress } from '../../src/protocol/address.js';
import { createKeyedLock } from '../../src/runtime/keyed-lock.js';
import { createMemoryDocuments, createMemoryStateStore } from '../memory-state-store.js';
import { test } from '../test.js';

const ID = 'a'.repeat(32);
const LOG = `user-${ID}`;
const address = parseAddress('0x31d40B62C395B9418C4198363619B11c65cD406F');
const NOW_MS = Date.parse('2026-03-01T12:00:00.000Z');
const DROPPED_SEGMENTS = 2;
const CLOSED_SEGMENTS = 5;

function chainOf(count: number): readonly AuditEntry[] {
  const entries: AuditEntry[] = [];
  let prev = auditGenesisOf(ID);
  for (let seq = 1; seq <= count; seq += 1) {
    const entry: AuditEntry = {
      v: 1,
      seq,
      at: new Date(NOW_MS + seq).toISOString(),
      type: 'signed',
      detail: { number: seq },
      prev,
    };
    entries.push(entry);
    prev = auditHashOf(entry);
  }
  return entries;
}

/** Creates a store with a user as the first format stored it. */
async function createScene(open: number) {
  const store = createMemoryStateStore();
  const documents = createMemoryDocuments(store);
  const chain = chainOf(CLOSED_SEGMENTS * 32 + open);
  const texts = chain.map((entry) => JSON.stringify(entry));
  const segments = typedDocuments(documents, legacySegmentCodec);
  for (let at = DROPPED_SEGMENTS; at < CLOSED_SEGMENTS; at += 1) {
    await segments.commit(`${ID}-${at}`, 0, texts.slice(at * 32, (at + 1) * 32));
  }
  const last = chain.at(-1);
  if (last === undefined) throw new TypeError('The chain has entries.');
  const user = createUser(ID, { kind: 'wallet', address, addedAtMs: NOW_MS }, NOW_MS);
  const audit = {
    firstSegment: DROPPED_SEGMENTS,
    nextSegment: CLOSED_SEGMENTS,
    nextSeq: chain.length + 1,
    head: auditHashOf(last),
    open: texts.slice(CLOSED_SEGMENTS * 32),
  };
  const legacy = typedDocuments(documents, sealedCodec('user', legacyUserSchema));
  await legacy.commit(ID, 0, { ...user, version: 1, audit });
  const openUsers = () =>
    createUsers({
      documents: createMemoryDocuments(store),
      lock: createKeyedLock(),
      clock: () => NOW_MS,
    });
  return { store, chain, openUsers };
}

const kept = DROPPED_SEGMENTS * 32;
const sign = AuthorizedChange.byService('session-upkeep', ID, (user): UserDocument =>
  withAudit(requireUser(user), NOW_MS, 'signed'),
);

test('a user of the first format keeps its data and every entry of its trail byte for byte', async (t) => {
  for (const open of [1, 31]) {
    const { store, chain, openUsers } = await createScene(open);
    const users = openUsers();
    const user = requireUser(await users.find(ID));
    t.is(firstSeqOf(user), kept + 1);
    const entries = await users.audit.read(user, 1, 1_000);
    t.deepEqual(
      entries.map((entry) => JSON.stringify(entry)),
      chain.slice(kept).map((entry) => JSON.stringify(entry)),
    );
    t.deepEqual([...store.documents.keys()], [`user/${ID}`]);
    await users.update(sign);
    const again = requireUser(await openUsers().find(ID));
    t.is((await users.audit.read(again, 1, 1_000)).length, entries.length + 1);
  }
});

test('a change of a user of the first format migrates it, and of many at once each is made', async (t) => {
  const { openUsers } = await createScene(5);
  const [one, other] = [openUsers(), openUsers()];
  await Promise.all([one.update(sign), other.find(ID), other.update(sign), one.find(ID)]);
  const user = requireUser(await openUsers().find(ID));
  t.is(user.audit.nextSeq, CLOSED_SEGMENTS * 32 + 5 + 3);
  t.is((await one.audit.read(user, 1, 1_000)).length, user.audit.nextSeq - 1 - kept);
});

test('a damaged segment makes the old part of the trail unreadable, and the user can still be changed', async (t) => {
  const { store, openUsers } = await createScene(5);
  const damaged = `audit/${ID}-3`;
  const stored = store.documents.get(damaged);
  if (stored === undefined) return t.fail();
  store.documents.set(damaged, { ...stored, sealed: stored.sealed.slice(0, -1) });
  const users = openUsers();
  const user = await users.update(sign);
  t.is(store.logs.get(LOG)?.[0]?.number, 4 * 32 + 1);
  t.true(store.documents.has(damaged));
  t.is((await users.audit.read(user, 4 * 32 + 2, 100)).length, 32 + 5);
  await t.throwsAsync(users.audit.read(user, kept + 1, 100), { code: 'ERR_STATE_TAMPERED' });
});
