/**
 * Faults in who may change an account, in what is stored of it, and in what ends with a session.
 */
import type { Mutant } from './mutant.js';

const CHANGES = 'test/accounts/authorized-change.test.ts';
const DOCUMENTS = 'test/accounts/sealed-documents.test.ts';
const REGISTRY = 'test/accounts/session-registry.test.ts';
const STORE = 'test/adapters/journaled-store.test.ts';
const CHECKPOINTS = 'test/adapters/checkpoints.test.ts';
const STREAMS = 'test/http/event-streams.test.ts';

export const MUTANTS: readonly Mutant[] = [
  {
    id: 'change-without-live-session',
    file: 'src/accounts/authorized-change.ts',
    from: 'requireLiveSession(known, from.session.id, nowMs)',
    to: 'known.sessions[0]!',
    killedBy: `${CHANGES}: sign is judged by the session as it is under the lock`,
  },
  {
    id: 'change-without-rule',
    file: 'src/accounts/authorized-change.ts',
    from: 'requireRule(known, session, CHANGE_RULES[name], nowMs);',
    to: '',
    killedBy: `${CHANGES}: account-delete is judged by the session as it is under the lock`,
  },
  {
    id: 'program-is-a-browser',
    file: 'src/accounts/session-rules.ts',
    from: "transport === 'browser' && session.transport !== 'cookie'",
    to: 'false',
    killedBy: `${CHANGES}: credential-add is judged by the session as it is under the lock`,
  },
  {
    id: 'proof-of-a-removed-credential',
    file: 'src/accounts/session-rules.ts',
    from: 'return isServing && isRecent(session, nowMs)',
    to: 'return isRecent(session, nowMs)',
    killedBy: `${CHANGES}: credential-remove is judged by the session as it is under the lock`,
  },
  {
    id: 'proof-by-a-copied-passkey',
    file: 'src/accounts/session-rules.ts',
    from: ' && signsIn(each)',
    to: '',
    killedBy: `${CHANGES}: credential-unblock is judged by the session as it is under the lock`,
  },
  {
    id: 'proof-of-a-replaced-code',
    file: 'src/accounts/session-rules.ts',
    from: 'return isOfThisSet && isRecent(session, nowMs)',
    to: 'return isRecent(session, nowMs)',
    killedBy: `${CHANGES}: credential-add is judged by the session as it is under the lock`,
  },
  {
    id: 'proof-from-the-future',
    file: 'src/accounts/session-rules.ts',
    from: 'ageMs >= 0 && ageMs < STEP_UP_MS',
    to: 'ageMs < STEP_UP_MS',
    killedBy: `${CHANGES}: preference-raise is judged by the session as it is under the lock`,
  },
  {
    id: 'idle-session-lives',
    file: 'src/accounts/session-rules.ts',
    from: 'Math.min(expiresAtMs, lastSeenAtMs + IDLE_MS)',
    to: 'expiresAtMs',
    killedBy: `${CHANGES}: sign is judged by the session as it is under the lock`,
  },
  {
    id: 'raise-judged-as-lower',
    file: 'src/http/routes/account-routes.ts',
    from: "if (value) requireRule(user, session, CHANGE_RULES['preference-raise'], nowMs);",
    to: '',
    killedBy:
      'test/scenarios/authorization.test.ts: a program cannot turn on a preference, however recent its sign-in is, and may turn off each',
  },
  {
    id: 'link-challenge-after-the-session',
    file: 'src/http/routes/credential-routes.ts',
    from: "await requireStillAllowed(services, live, 'credential-add');",
    to: '',
    killedBy:
      'test/scenarios/authorization.test.ts: a request whose body arrives after its session ended changes nothing',
  },
  {
    id: 'first-look-skipped',
    file: 'src/http/create-app.ts',
    from: 'requireRule(live.user, live.session, route.needs, services.clock());',
    to: '',
    killedBy:
      'test/scenarios/authorization.test.ts: a program and a browser without a recent sign-in are refused exactly where the table states it',
  },
  {
    id: 'encode-without-schema',
    file: 'src/accounts/sealed-codec.ts',
    from: 'if (!success)',
    to: 'if (false)',
    killedBy:
      'test/accounts/sealed-codec.test.ts: a value outside the schema is rejected before it is written, and one inside round-trips',
  },
  {
    id: 'decode-errors-escape',
    file: 'src/accounts/sealed-codec.ts',
    from: "throw new ServiceError('ERR_STATE_TAMPERED', { cause, detail: { kind } });",
    to: 'throw cause;',
    killedBy:
      'test/accounts/sealed-codec.test.ts: decoding bytes that are not a user document throws only ERR_STATE_TAMPERED',
  },
  {
    id: 'one-bad-change-fails-its-batch',
    file: 'src/accounts/users.ts',
    from: 'return finish(requireStorable);',
    to: 'throw error;',
    killedBy:
      'test/accounts/users.test.ts: a change whose result could not be read again is rejected, and the others of its commit succeed',
  },
  {
    id: 'generation-looked-up-after-the-read',
    file: 'src/accounts/sealed-documents.ts',
    from: 'Math.min(before.generation, remembered.get(name))',
    to: 'remembered.get(name)',
    killedBy: `${DOCUMENTS}: a read that a commit overtakes returns what it read and reports no tampering`,
  },
  {
    id: 'generation-from-before-the-read-alone',
    file: 'src/accounts/sealed-documents.ts',
    from: 'Math.min(before.generation, remembered.get(name))',
    to: 'before.generation',
    killedBy: `${DOCUMENTS}: a read that finds a document just removed reports no tampering`,
  },
  {
    id: 'late-read-lowers-the-generation',
    file: 'src/accounts/remembered-generations.ts',
    from: 'Math.max(generation, this.get(name))',
    to: 'generation',
    killedBy: `${DOCUMENTS}: a rollback after an overtaken read is detected`,
  },
  {
    id: 'late-read-remembers-the-removed',
    file: 'src/accounts/sealed-documents.ts',
    from: 'if (remembered.removals === before.removals) remembered.note(name, generation);',
    to: 'remembered.note(name, generation);',
    killedBy: `${DOCUMENTS}: a read that a removal overtakes reports no tampering, then or later`,
  },
  {
    id: 'rollback-unnoticed',
    file: 'src/accounts/sealed-documents.ts',
    from: 'requireNewest(kind, id, stored?.generation ?? 0, seen);',
    to: '',
    killedBy: `${DOCUMENTS}: a document that was rolled back or removed behind the service's back is detected`,
  },
  {
    id: 'memory-without-a-bound',
    file: 'src/accounts/remembered-generations.ts',
    from: 'if (oldest !== undefined) this.#newest.delete(oldest);',
    to: '',
    killedBy: `${DOCUMENTS}: only a bounded number of recently used documents is remembered`,
  },
  {
    id: 'sign-in-claims-an-alias-that-it-did-not-judge',
    file: 'src/accounts/wallet-aliases.ts',
    from: 'claim: [this.#aliases.put(id, found?.generation ?? 0, { userId })]',
    to: 'claim: [this.#aliases.put(id, (await this.#find(address))?.generation ?? 0, { userId })]',
    killedBy:
      'test/accounts/wallet-aliases.test.ts: a link that another replica commits during a first sign-in makes the sign-in conflict',
  },
  {
    id: 'alias-of-somebody-else-released',
    file: 'src/accounts/wallet-aliases.ts',
    from: 'found === undefined || found.value.userId !== userId',
    to: 'found === undefined',
    killedBy:
      'test/accounts/erase-account.test.ts: an alias that another user has claimed in the meantime is kept',
  },
  {
    id: 'note-of-a-living-account-carried-out',
    file: 'src/accounts/erase-account.ts',
    from: 'if (lives) await',
    to: 'if (false) await',
    killedBy:
      'test/accounts/erase-account.test.ts: the note of an account that still exists is removed, and the account stays',
  },
  {
    id: 'cut-audit-trail-accepted',
    file: 'src/accounts/audit-log.ts',
    from: 'const isWhole = chain?.nextSeq === Math.max(first, end);',
    to: 'const isWhole = chain !== undefined;',
    killedBy:
      'test/accounts/audit-log.test.ts: a trail with a missing, truncated, moved or foreign entry is rejected',
  },
  {
    id: 'other-end-of-the-audit-trail-accepted',
    file: 'src/accounts/audit-log.ts',
    from: 'if (!isWhole || !hasEnd)',
    to: 'if (!isWhole)',
    killedBy:
      'test/accounts/audit-log.test.ts: a trail whose entries do not chain is rejected, and so is one with another end',
  },
  {
    id: 'audit-chain-not-followed',
    file: 'src/accounts/audit-trail.ts',
    from: '(head === undefined || entry.prev === head)',
    to: 'true',
    killedBy:
      'test/accounts/audit-log.test.ts: a trail whose entries do not chain is rejected, and so is one with another end',
  },
  {
    id: 'cut-log-opened',
    file: 'src/accounts/opened-users.ts',
    from: 'if (records.length !== count)',
    to: 'if (false)',
    killedBy:
      'test/accounts/audit-log.test.ts: a user whose log was cut before the document was written cannot be opened',
  },
  {
    id: 'record-without-its-document',
    file: 'src/accounts/users.ts',
    from: ": [{ change: 'require', kind: userCodec.kind, id: userId, expected: generation }];",
    to: ': [];',
    killedBy:
      'test/accounts/users.test.ts: a session that another process ended signs nothing, although only a record would be written',
  },
  {
    id: 'conflict-retried-forever',
    file: 'src/accounts/users.ts',
    from: ' || attempt >= ATTEMPTS',
    to: ' || attempt >= 1_000',
    killedBy:
      'test/accounts/users.test.ts: changes are applied again to what another process left, a bounded number of times',
  },
  {
    id: 'commit-acknowledged-before-the-sync',
    file: 'src/adapters/json-store/journal.ts',
    from: '      await file.write(line);\n      await file.sync();',
    to: '      await file.write(line);',
    killedBy: `${STORE}: a crash (power) at any write, sync or rename loses no acknowledged commit and splits none`,
  },
  {
    id: 'journal-removed-before-the-files',
    file: 'src/adapters/json-store/store-files.ts',
    from: '    await file.sync();\n  } finally',
    to: '  } finally',
    killedBy: `${STORE}: a crash (power) at any write, sync or rename loses no acknowledged commit and splits none`,
  },
  {
    id: 'journal-continued-after-a-failed-write',
    file: 'src/adapters/json-store/journal.ts',
    from: 'if (!this.#isIntact) await this.#cut(file);',
    to: '',
    killedBy: `${STORE}: a full disk rejects commits, keeps what was acknowledged, and accepts commits again later`,
  },
  {
    id: 'journal-written-behind-a-gap',
    file: 'src/adapters/json-store/journal.ts',
    from: 'await files.append(`${directory}/${nameOf(number)}`)',
    to: 'await files.create(`${directory}/${nameOf(number)}`)',
    killedBy: `${STORE}: a commit after a failed write begins where the last acknowledged line ends`,
  },
  {
    id: 'damaged-journal-skipped',
    file: 'src/adapters/json-store/journal.ts',
    from: 'else if (index < lines.length - 1)',
    to: 'else if (false)',
    killedBy: `${STORE}: an incomplete last line is ignored, and any other damaged line stops the start`,
  },
  {
    id: 'holds-outlive-a-revoked-session',
    file: 'src/accounts/session-registry.ts',
    from: 'if (session === undefined) this.#end(id);',
    to: 'if (session === undefined) continue;',
    killedBy: `${REGISTRY}: a session that leaves the document ends its own holds and no others`,
  },
  {
    id: 'holds-outlive-an-expired-session',
    file: 'src/accounts/session-registry.ts',
    from: 'if (endsAtMs <= nowMs) this.#end(sessionId);',
    to: '',
    killedBy: `${REGISTRY}: a session ends when it expires, and an extension postpones that`,
  },
  {
    id: 'extended-session-ends-early',
    file: 'src/accounts/session-registry.ts',
    from: 'if (held !== undefined) held.endsAtMs = endOf(session);',
    to: '',
    killedBy: `${REGISTRY}: a session ends when it expires, and an extension postpones that`,
  },
  {
    id: 'holds-outlive-an-archived-key',
    file: 'src/accounts/session-registry.ts',
    from: 'this.#endArchived(before, after);',
    to: '',
    killedBy: `${REGISTRY}: archiving a key ends the holds that refer to it and keeps the session`,
  },
  {
    id: 'failed-stream-keeps-its-place',
    file: 'src/http/event-streams.ts',
    from: '      end();\n      stream.end();',
    to: '      stream.end();',
    killedBy: `${STREAMS}: a session has at most three streams, and closing one makes room at once`,
  },
  {
    id: 'unread-stream-grows',
    file: 'src/http/event-streams.ts',
    from: 'stream.writableLength + stream.readableLength > MOST_UNREAD_BYTES',
    to: 'false',
    killedBy: `${STREAMS}: a reader that leaves makes room, and the stream of one that does not read is destroyed`,
  },
  {
    id: 'checkpoint-failure-unreported',
    file: 'src/adapters/json-store/checkpoints.ts',
    from: 'this.#parts.onFailure(error);',
    to: '',
    killedBy: `${CHECKPOINTS}: a checkpoint that fails is reported, and the store serves from its journal`,
  },
  {
    id: 'full-journal-looks-writable',
    file: 'src/adapters/json-state-store.ts',
    from: "return (await probing) ?? (store.isFull ? 'journal-full' : undefined);",
    to: 'return probing;',
    killedBy: `${CHECKPOINTS}: a store whose journal is full is not writable, until a checkpoint succeeds`,
  },
  {
    id: 'frozen-changes-dropped-after-a-failure',
    file: 'src/adapters/json-store/checkpoints.ts',
    from: 'await writeCheckpoint(state.frozen, this.#parts, isNewer);',
    to: 'await writeCheckpoint(state.frozen, this.#parts, isNewer).catch(this.#parts.onFailure);',
    killedBy: `${CHECKPOINTS}: a store whose journal is full is not writable, until a checkpoint succeeds`,
  },
  {
    id: 'checkpoint-ends-before-its-names-are-durable',
    file: 'src/adapters/json-store/checkpoint.ts',
    from: '  await directories.syncChanged();',
    to: '  void directories;',
    killedBy: `${STORE}: a crash (power) at any write, sync or rename loses no acknowledged commit and splits none`,
  },
  {
    id: 'log-removed-before-its-files',
    file: 'src/adapters/json-store/store-files.ts',
    from: '    await this.#sync(path);\n    this.#known',
    to: '    this.#changed.delete(path);\n    this.#known',
    killedBy: `${STORE}: a crash (power) at any write, sync or rename loses no acknowledged commit and splits none`,
  },
  {
    id: 'removed-file-not-synced',
    file: 'src/adapters/json-store/store-files.ts',
    from: '    await this.#files.remove(path);\n    this.#changed.add(parentOf(path));',
    to: '    await this.#files.remove(path);',
    killedBy: `${STORE}: a crash (power) at any write, sync or rename loses no acknowledged commit and splits none`,
  },
  {
    id: 'checkpoint-goes-on-after-a-failure',
    file: 'src/adapters/json-store/checkpoint.ts',
    from: '        turns.cancel();',
    to: '',
    killedBy: `${CHECKPOINTS}: a checkpoint that fails begins no other write, and ends after those under way`,
  },
  {
    id: 'checkpoint-fails-while-it-writes',
    file: 'src/adapters/json-store/checkpoint.ts',
    from: '  await Promise.allSettled(all);',
    to: '',
    killedBy: `${CHECKPOINTS}: a checkpoint that fails begins no other write, and ends after those under way`,
  },
  {
    id: 'checkpoint-writes-everything-at-once',
    file: 'src/adapters/json-store/checkpoint.ts',
    from: 'const WRITES_AT_ONCE = 4;',
    to: 'const WRITES_AT_ONCE = 400;',
    killedBy: `${CHECKPOINTS}: a checkpoint writes several files at once, but not all of them`,
  },
  {
    id: 'restored-names-not-durable',
    file: 'src/adapters/json-state-archive.ts',
    from: '      await directories.syncChanged();',
    to: '',
    killedBy:
      'test/adapters/json-state-archive.test.ts: the names of restored files are durable once the batch is restored',
  },
];
