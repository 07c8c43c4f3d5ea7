/**
 * The constructs of SQL that PostgreSQL shares with CockroachDB and YugabyteDB, as their
 * documentation describes them. Only PostgreSQL was run. A statement that needs more is not allowed
 * in the store.
 *
 * Left out on purpose: advisory locks, LISTEN and NOTIFY, SKIP LOCKED and NOWAIT, deferrable
 * constraints, triggers, sequences, and functions of the server in other languages.
 */

const KEYWORDS = new Set(
  `select from where and or not exists order by limit for share as with ordinality coalesce
   insert into values on conflict do nothing update set delete returning
   case when then else end excluded now extract epoch interval
   begin isolation level read committed commit rollback show
   create table if unique false index primary key check null collate text bigint boolean bytea timestamptz`.split(
    /\s+/,
  ),
);

const FUNCTIONS = new Set(['coalesce', 'max', 'unnest', 'now', 'extract']);

const SETTINGS = new Set(['transaction_read_only', 'server_version_num']);

const NAMES = new Set(
  `document log_entry migration log_entry_begins kind id generation sealed log number begins
   entry position required next version counter known name uses ends counter_ends left_ms`.split(
    /\s+/,
  ),
);

const OPERATORS = new Set([
  '(',
  ')',
  ',',
  '=',
  '>',
  '<',
  '>=',
  '<=',
  '+',
  '-',
  '*',
  '.',
  '::',
  '[',
  ']',
]);

const TOKEN = /\s+|"[^"]*"|'[^']*'|\$[0-9]+|[0-9]+|[A-Za-z_][A-Za-z_0-9]*|::|[<>]=|[^\s]/g;

/** Returns the tokens of a statement that are not in the list. */
export function findUnshared(text: string): readonly string[] {
  const tokens = (text.match(TOKEN) ?? []).filter((token) => token.trim() !== '');
  return tokens.filter((token, at) => {
    if (/^(?:\$?[0-9]+|"C"|'1 second')$/.test(token) || OPERATORS.has(token)) return false;
    const word = token.toLowerCase();
    const isCalled = tokens[at + 1] === '(' && /^[a-z_]+$/.test(word);
    if (isCalled && FUNCTIONS.has(word)) return false;
    return !(KEYWORDS.has(word) || NAMES.has(word) || SETTINGS.has(word));
  });
}
