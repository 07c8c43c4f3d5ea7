import { SqlError } from './sql-error.js';
import { splitStatements, wordAt, type SqlToken } from './sql-tokens.js';

/**
 * The class of a statement for the permission rules. `insert` is separate because only it reports a
 * row id.
 */
export type StatementClass = 'query' | 'insert' | 'dml' | 'ddl' | 'pragma';

const FIXED = new Map<string, StatementClass>([
  ['SELECT', 'query'],
  ['WITH', 'query'],
  ['VALUES', 'query'],
  ['INSERT', 'insert'],
  ['UPDATE', 'dml'],
  ['DELETE', 'dml'],
]);
/** Statements that the node's parser accepts and its rules never allow. */
const KNOWN_BUT_REFUSED = new Set(
  'BEGIN START COMMIT END ROLLBACK SAVEPOINT RELEASE EXPLAIN DESCRIBE DESC TRUNCATE SET SHOW USE GRANT REVOKE MERGE CALL COPY CLOSE DECLARE FETCH DISCARD KILL ASSERT DEALLOCATE EXECUTE PREPARE CACHE UNCACHE MSCK UNLOAD'.split(
    ' ',
  ),
);
const DDL_OBJECTS = new Set(['TABLE', 'VIEW', 'INDEX']);
const OTHER_OBJECTS = new Set(
  'SCHEMA DATABASE FUNCTION ROLE SEQUENCE TYPE EXTENSION MACRO PROCEDURE STAGE SECRET'.split(' '),
);

/**
 * Parses exactly one statement and returns its class, or rejects it as the node's parser and rules
 * do. As in the node, PRAGMA is recognized before parsing.
 */
export function classifyStatement(sql: string): StatementClass {
  const statements = splitStatements(sql);
  const [first, ...others] = statements.map(classOf);
  if (first === undefined) throw new SqlError('parse', 'Empty SQL statement');
  if (others.length > 0) {
    throw new SqlError('invalid', 'Exactly one SQL statement is required');
  }
  return first;
}

function classOf(tokens: readonly SqlToken[]): StatementClass {
  const word = wordAt(tokens, 0);
  const fixed = tokens[0]?.text === '(' ? 'query' : FIXED.get(word);
  if (fixed !== undefined) return fixed;
  if (word === 'PRAGMA') return 'pragma';
  if (word === 'ATTACH') throw new SqlError('permission', 'ATTACH is not allowed');
  if (word === 'CREATE' || word === 'ALTER' || word === 'DROP') return objectClass(word, tokens);
  const isPlan = word === 'EXPLAIN' && wordAt(tokens, 1) === 'QUERY';
  const isTableAnalysis = word === 'ANALYZE' && wordAt(tokens, 1) === 'TABLE';
  if ((KNOWN_BUT_REFUSED.has(word) && !isPlan) || isTableAnalysis) throw notAllowed(tokens);
  throw unexpected('an SQL statement', tokens[0]);
}

function objectClass(verb: string, tokens: readonly SqlToken[]): StatementClass {
  const words = tokens.slice(1, 6).map((_, at) => wordAt(tokens, at + 1));
  const skipped = new Set(['OR', 'REPLACE', 'TEMP', 'TEMPORARY', 'UNIQUE', 'MATERIALIZED']);
  const at = words.findIndex((word) => !skipped.has(word));
  const object = words[at] ?? '';
  if (verb === 'ALTER' ? object === 'TABLE' : DDL_OBJECTS.has(object)) return 'ddl';
  const isRefused = object === 'VIRTUAL' || OTHER_OBJECTS.has(object) || DDL_OBJECTS.has(object);
  if (isRefused) throw notAllowed(tokens);
  throw unexpected(`an object type after ${verb}`, tokens[at + 1]);
}

export function unexpected(expected: string, token: SqlToken | undefined): SqlError {
  const found = token === undefined ? 'EOF' : token.text;
  const place = token === undefined ? '' : ` at Line: ${token.line}, Column ${token.column}`;
  return new SqlError('parse', `sql parser error: Expected ${expected}, found: ${found}${place}`);
}

function notAllowed(tokens: readonly SqlToken[]): SqlError {
  return new SqlError('permission', `Statement type not allowed: ${printed(tokens)}`);
}

/**
 * Returns the statement as the node prints it: exactly for transactions, approximately for others.
 */
function printed(tokens: readonly SqlToken[]): string {
  const words = tokens.map(({ text, kind }) => (kind === 'word' ? text.toUpperCase() : text));
  if (words[0] === 'BEGIN') {
    return [
      'BEGIN',
      ...words.slice(1).filter((word) => word !== 'TRANSACTION'),
      'TRANSACTION',
    ].join(' ');
  }
  if (words[0] === 'END' || words[0] === 'COMMIT') return 'COMMIT';
  if (words[0] === 'ROLLBACK' && words.length <= 2) return 'ROLLBACK';
  const [verb = '', ...rest] = tokens.map(({ text }) => text);
  return [verb.toUpperCase(), ...rest]
    .join(' ')
    .replaceAll(/ ([,)(.])/g, '$1')
    .replaceAll(/([(.]) /g, '$1');
}
