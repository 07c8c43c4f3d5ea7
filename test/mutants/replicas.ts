import type { Mutant } from './mutant.js';

const STORED = 'test/signing/stored-reviews.test.ts';
const REPLICAS = 'test/replicas/replicas.test.ts';
const USES = 'test/limits/shared-uses.test.ts';
const POSTGRES = 'test/adapters/postgres-state-store.test.ts';

export const MUTANTS: readonly Mutant[] = [
  {
    id: 'stored-review-taken-twice',
    file: 'src/signing/review/stored-reviews.ts',
    from: "if (state !== 'open') throw new ServiceError('ERR_REVIEW_USED');",
    to: '',
    killedBy: `${STORED}: of two replicas that take a review, one succeeds, and it is spent once`,
  },
  {
    id: 'stored-review-of-an-ended-session',
    file: 'src/signing/review/stored-reviews.ts',
    from: 'if (asking === undefined || isExpired(asking, nowMs)) {',
    to: 'if (false) {',
    killedBy: `${STORED}: a claim that does not match takes no review`,
  },
  {
    id: 'replica-alive-forever',
    file: 'src/replicas/replicas.ts',
    from: 'return nowMs - seen.atMs < TTL_MS;',
    to: 'return true;',
    killedBy: `${REPLICAS}: a replica is alive while its document changes, whatever its clock says`,
  },
  {
    id: 'run-saved-without-its-fence',
    file: 'src/provisioning/held-record.ts',
    from: 'this.#generation = await this.#records.saveAt(this.#generation, record);',
    to: 'const id = runIdOf(record.subject); this.#generation = await this.#records.saveAt((await this.#records.open(id))?.generation ?? 0, record);',
    killedBy:
      'test/provisioning/held-record.test.ts: after another replica has taken a run over, every save and completion of the first one fails',
  },
  {
    id: 'user-rolled-back-on-a-shared-store',
    file: 'src/accounts/sealed-documents.ts',
    from: 'if (!isShared || !mayAnotherReplicaHaveLeft(kind, generation)) throw tampered(kind, id);',
    to: 'if (!isShared) throw tampered(kind, id);',
    killedBy:
      'test/accounts/sealed-documents.test.ts: on a shared store, what another replica removed is not a rollback, and a user never is',
  },
  {
    id: 'locked-by-another-replica-not-told',
    file: 'src/provisioning/ensure-bootstrap.ts',
    from: "const state = started.joined || isElsewhere ? 'locked' : 'executing';",
    to: "const state = started.joined ? 'locked' : 'executing';",
    killedBy:
      'test/scenarios/replicas.test.ts: a second request on another replica is answered that the account is locked',
  },
  {
    id: 'other-history-accepted',
    file: 'src/accounts/opened-users.ts',
    from: "if (continued !== head) throw new ServiceError('ERR_STATE_TAMPERED');",
    to: '',
    killedBy:
      'test/accounts/users.test.ts: a store that shows another history of a user is rejected, and one that continues is not',
  },
  {
    id: 'database-update-at-any-generation',
    file: 'src/adapters/postgres-store/statements.ts',
    from: "WHERE kind = $1 AND id = $2 AND generation = $3',\n);\n\n/** $1 kind, $2 id, $3 expected generation. Affects no row at another generation. */\nexport const REMOVE",
    to: "WHERE kind = $1 AND id = $2 AND generation <= $3 + 1',\n);\n\n/** $1 kind, $2 id, $3 expected generation. Affects no row at another generation. */\nexport const REMOVE",
    killedBy: `${POSTGRES}: stores of two processes see and reject each other’s commits`,
  },
  {
    id: 'database-log-begun-twice',
    file: 'src/adapters/postgres-store/migrations.ts',
    from: "'CREATE UNIQUE INDEX log_entry_begins",
    to: "'CREATE INDEX log_entry_begins",
    killedBy: `${POSTGRES}: two appends to a log without entries cannot both begin it`,
  },
  {
    id: 'limit-counted-by-each-replica-alone',
    file: 'src/limits/shared-uses.ts',
    from: 'return { consumedPoints: place + uses.others, msBeforeNext };',
    to: 'return { consumedPoints: place, msBeforeNext };',
    killedBy: `${USES}: a limit of 600 holds over two replicas within a tenth`,
  },
  {
    id: 'refused-use-written',
    file: 'src/limits/shared-uses.ts',
    from: ' && place + others <= this.#limit.count;',
    to: ' && others >= 0;',
    killedBy: `${USES}: a key with few uses causes no write, and a refused use causes none`,
  },
  {
    id: 'shared-window-by-own-clock',
    file: 'src/limits/shared-uses.ts',
    from: 'uses.endsAtMs = this.#monotonicMs() + count.leftMs;',
    to: '',
    killedBy: `${USES}: the window ends for both when the shared one ends, whatever their clocks say`,
  },
  {
    id: 'counter-of-fractions',
    file: 'src/adapters/postgres-counters.ts',
    from: "Math.ceil(Number(row['left_ms']))",
    to: "Number(row['left_ms'])",
    killedBy: `${POSTGRES}: a counter adds what replicas use until its window ends, and then begins again`,
  },
  {
    id: 'counter-never-ends',
    file: 'src/adapters/postgres-store/statements.ts',
    from: 'uses = CASE WHEN known.ends > now() THEN',
    to: 'uses = CASE WHEN known.uses > 0 THEN',
    killedBy: `${POSTGRES}: a counter adds what replicas use until its window ends, and then begins again`,
  },
  {
    id: 'restored-store-unnoticed',
    file: 'src/replicas/replicas.ts',
    from: ' || (own > 0 && own < newest.own)',
    to: '',
    killedBy: `${REPLICAS}: a store that was restored to an older state is noticed with the next beat`,
  },
  {
    id: 'older-marker-unnoticed',
    file: 'src/replicas/replicas.ts',
    from: 'marker < newest.marker || ',
    to: '',
    killedBy: `${REPLICAS}: a store from before the start of a replica is noticed by its marker`,
  },
  {
    id: 'start-after-a-rollback',
    file: 'src/accounts/rollback-notice.ts',
    from: "throw new ServiceError('ERR_STATE_ROLLED_BACK');",
    to: '',
    killedBy:
      'test/scenarios/replicas.test.ts: a database that was restored to an older state is refused until the operator accepts it',
  },
  {
    id: 'database-certificate-not-verified',
    file: 'src/adapters/postgres-store/database-url.ts',
    from: 'ssl: { rejectUnauthorized: true, ...roots }',
    to: 'ssl: { rejectUnauthorized: false, ...roots }',
    killedBy:
      'test/adapters/postgres-tls.test.ts: a server is used over TLS only if its certificate and its name are verified',
  },
  {
    id: 'database-authority-ignored',
    file: 'src/adapters/postgres-store/database-url.ts',
    from: 'const roots = ca === undefined ? {} : { ca };',
    to: 'const roots = {};',
    killedBy:
      'test/adapters/postgres-tls.test.ts: a server is used over TLS only if its certificate and its name are verified',
  },
  {
    id: 'standby-never-tried',
    file: 'src/adapters/postgres-store/database.ts',
    from: 'if (this.#host === used) this.#host = (used + 1) % this.#hosts.length;',
    to: '',
    killedBy:
      'test/scenarios/database-failures.test.ts: when a standby is promoted in the middle of load, the service goes on with all that was acknowledged',
  },
  {
    id: 'user-recalled-unconfirmed',
    file: 'src/accounts/users.ts',
    from: ' || after.audit.added.length === 0) return undefined;',
    to: ') return undefined;',
    killedBy:
      'test/accounts/users.test.ts: a change that is refused, or that leaves no record, is applied to the user as it is stored',
  },
  {
    id: 'user-read-for-each-record',
    file: 'src/accounts/users.ts',
    from: 'attempt === 1 ? await commitRecalled(userId, take()) : undefined',
    to: 'attempt === 0 ? await commitRecalled(userId, take()) : undefined',
    killedBy: 'test/accounts/users.test.ts: a record is committed without a read of the user',
  },
  {
    id: 'user-opened-without-its-log',
    file: 'src/accounts/opened-users.ts',
    from: '(isDeleted(value) || value.audit.nextSeq === head.next)',
    to: '(isDeleted(value) || value.audit.nextSeq > 0)',
    killedBy:
      'test/accounts/users.test.ts: a user that another process opens is the document and the records since it was written',
  },
  {
    id: 'head-of-a-rolled-back-user',
    file: 'src/accounts/sealed-documents.ts',
    from: 'requireNewest(kind, id, head.generation, seen);',
    to: '',
    killedBy:
      'test/accounts/sealed-documents.test.ts: the head of a document and a log is rejected if either is older than seen',
  },
  {
    id: 'head-of-a-cut-log',
    file: 'src/accounts/sealed-documents.ts',
    from: 'requireWhole(log, head.next, Math.min(before.next, remembered.get(entries)));',
    to: '',
    killedBy:
      'test/accounts/sealed-documents.test.ts: the head of a document and a log is rejected if either is older than seen',
  },
  {
    id: 'stream-of-a-key-archived-elsewhere',
    file: 'src/http/routes/bootstrap-routes.ts',
    from: 'sessions.noteChange(live.user, user);',
    to: '',
    killedBy:
      'test/scenarios/replica-endings.test.ts: an event stream on one replica ends when the other one ends its session, key or account',
  },
  {
    id: 'export-of-a-session-ended-elsewhere',
    file: 'src/http/routes/audit-routes.ts',
    from: 'sessions.noteChange(user, await users.find(user.userId));',
    to: 'await users.find(user.userId);',
    killedBy:
      'test/http/audit-export.test.ts: an export ends before the next page once another replica has ended its session',
  },
  {
    id: 'beats-overlap',
    file: 'src/replicas/replicas.ts',
    from: 'this.#beating ??= this.#beat()',
    to: 'this.#beating = this.#beat()',
    killedBy: `${REPLICAS}: a slow store does not look older while several beats are due`,
  },
];
