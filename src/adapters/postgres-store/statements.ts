/**
 * Every SQL statement that the store sends while the service runs. The statements that create the
 * tables are in `migrations.ts`.
 *
 * They use only what PostgreSQL shares with distributed engines that speak its protocol. The test
 * `test/adapters/postgres-statements.test.ts` holds each one against a written list of allowed
 * constructs: no advisory lock, no LISTEN, no SKIP LOCKED and no deferrable constraint.
 *
 * Under READ COMMITTED, a statement that waited for a row reads its newest version and evaluates
 * its condition again. Each statement that changes something therefore states its own expectation,
 * and the number of rows that it affects shows whether the expectation held.
 */

/** A statement. The server parses and plans one with a name once for each connection. */
export type Statement = { readonly name?: string; readonly text: string };

const statement = (name: string, text: string): Statement => ({ name: `sealwright_${name}`, text });

/** $1 kind, $2 id. */
export const FIND = statement(
  'find',
  'SELECT generation, sealed FROM document WHERE kind = $1 AND id = $2',
);

/** $1 kind, $2 id. */
export const GENERATION = statement(
  'generation',
  'SELECT generation FROM document WHERE kind = $1 AND id = $2',
);

/** $1 kind, $2 the id after which the page begins, $3 the length of the page. */
export const LIST = statement(
  'list',
  'SELECT id FROM document WHERE kind = $1 AND id > $2 ORDER BY id LIMIT $3',
);

/** $1 log, $2 first number, $3 the number after the last one. */
export const READ_LOG = statement(
  'read_log',
  'SELECT number, sealed FROM log_entry WHERE log = $1 AND number >= $2 AND number < $3 ORDER BY number',
);

/** $1 log. */
export const NEXT = statement(
  'next',
  'SELECT coalesce(max(number), 0) + 1 AS next FROM log_entry WHERE log = $1',
);

/** $1 kind and $2 id of a document, $3 log. `generation` is null if there is no such document. */
export const HEAD = statement(
  'head',
  `SELECT (SELECT generation FROM document WHERE kind = $1 AND id = $2) AS generation,
(SELECT coalesce(max(number), 0) + 1 FROM log_entry WHERE log = $3) AS next`,
);

/** $1 kind, $2 id, $3 sealed. Affects no row if the document exists. */
export const CREATE = statement(
  'create',
  'INSERT INTO document (kind, id, generation, sealed) VALUES ($1, $2, 1, $3) ON CONFLICT DO NOTHING',
);

/** $1 kind, $2 id, $3 expected generation, $4 sealed. Affects no row at another generation. */
export const UPDATE = statement(
  'update',
  'UPDATE document SET generation = $3 + 1, sealed = $4 WHERE kind = $1 AND id = $2 AND generation = $3',
);

/** $1 kind, $2 id, $3 expected generation. Affects no row at another generation. */
export const REMOVE = statement(
  'remove',
  'DELETE FROM document WHERE kind = $1 AND id = $2 AND generation = $3',
);

/** $1 kind, $2 id, $3 expected generation. The row keeps its generation until the commit ends. */
export const REQUIRE = statement(
  'require',
  'SELECT 1 FROM document WHERE kind = $1 AND id = $2 AND generation = $3 FOR SHARE',
);

/**
 * The entries follow the last one, or the log has no entries. Only the first entry of a log begins
 * it.
 */
const ENTRIES = `INSERT INTO log_entry (log, number, begins, sealed)
SELECT $1, $2 + entry.position - 1,
  entry.position = 1 AND NOT EXISTS (SELECT 1 FROM log_entry WHERE log = $1), entry.sealed
FROM unnest($3::bytea[]) WITH ORDINALITY AS entry (sealed, position)
WHERE $2::bigint = coalesce((SELECT max(number) + 1 FROM log_entry WHERE log = $1), $2::bigint)`;

/**
 * $1 log, $2 number of the first entry, $3 the entries. Affects fewer rows if they do not follow.
 */
export const APPEND = statement('append', `${ENTRIES} ON CONFLICT DO NOTHING`);

/**
 * REQUIRE and APPEND in one statement, which needs no transaction: this is the commit of a
 * signature. $4 kind, $5 id, $6 expected generation.
 */
export const APPEND_FOR = statement(
  'append_for',
  `WITH required AS (
SELECT 1 FROM document WHERE kind = $4 AND id = $5 AND generation = $6 FOR SHARE)
${ENTRIES} AND EXISTS (SELECT 1 FROM required) ON CONFLICT DO NOTHING`,
);

/** $1 log, $2 the number before which entries are removed. */
export const DROP = statement('drop', 'DELETE FROM log_entry WHERE log = $1 AND number < $2');

/** $1 kind and $2 id after which the page begins, $3 the length of the page. */
export const DOCUMENTS_AFTER = statement(
  'documents_after',
  `SELECT kind, id, generation, sealed FROM document
WHERE kind > $1 OR kind = $1 AND id > $2 ORDER BY kind, id LIMIT $3`,
);

/** $1 log and $2 number after which the page begins, $3 the length of the page. */
export const ENTRIES_AFTER = statement(
  'entries_after',
  `SELECT log, number, sealed FROM log_entry
WHERE log > $1 OR log = $1 AND number > $2 ORDER BY log, number LIMIT $3`,
);

/** $1 kind, $2 id, $3 generation, $4 sealed. Affects no row if the document exists. */
export const RESTORE_DOCUMENT = statement(
  'restore_document',
  'INSERT INTO document (kind, id, generation, sealed) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING',
);

/** $1 log, $2 number, $3 sealed. Affects no row if the entry exists. */
export const RESTORE_ENTRY = statement(
  'restore_entry',
  'INSERT INTO log_entry (log, number, begins, sealed) VALUES ($1, $2, false, $3) ON CONFLICT DO NOTHING',
);

/**
 * Adds uses to a counter, and begins its window if it has none or the last one has ended. $1 name,
 * $2 uses, $3 seconds of the window.
 */
export const COUNT = statement(
  'count',
  `INSERT INTO counter AS known (name, uses, ends) VALUES ($1, $2, now() + $3 * interval '1 second')
ON CONFLICT (name) DO UPDATE SET
uses = CASE WHEN known.ends > now() THEN known.uses + excluded.uses ELSE excluded.uses END,
ends = CASE WHEN known.ends > now() THEN known.ends ELSE excluded.ends END
RETURNING uses, extract(epoch FROM ends - now()) * 1000 AS left_ms`,
);

/** Removes the counters whose window has ended. */
export const REMOVE_ENDED = statement('remove_ended', 'DELETE FROM counter WHERE ends <= now()');

/** Begins a transaction in which each statement sees what was committed before it. */
export const BEGIN = 'BEGIN ISOLATION LEVEL READ COMMITTED';
export const COMMIT = 'COMMIT';
export const ROLLBACK = 'ROLLBACK';

/** Returns `on` from a server that accepts no writes, such as a standby. */
export const READ_ONLY = 'SHOW transaction_read_only';

/** Every named statement. */
export const STATEMENTS: readonly Statement[] = [
  FIND,
  GENERATION,
  LIST,
  READ_LOG,
  NEXT,
  HEAD,
  CREATE,
  UPDATE,
  REMOVE,
  REQUIRE,
  APPEND,
  APPEND_FOR,
  DROP,
  DOCUMENTS_AFTER,
  ENTRIES_AFTER,
  RESTORE_DOCUMENT,
  RESTORE_ENTRY,
  COUNT,
  REMOVE_ENDED,
];
