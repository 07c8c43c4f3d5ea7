import { Refusal } from '../refusal.js';

const KINDS = {
  sqlite: [400, 'SQLite error: '],
  permission: [403, 'Permission denied: '],
  'read-only': [403, 'Read-only violation'],
  invalid: [400, 'Invalid statement: '],
  schema: [400, 'Schema error: '],
  parse: [400, 'Parse error: '],
  'too-large': [413, 'Response too large: '],
  'not-found': [404, 'Database not found'],
  internal: [500, 'Internal error: '],
} as const satisfies Record<string, readonly [number, string]>;

/** A refusal of the SQL service. Its kind determines the status and the beginning of the text. */
export class SqlError extends Refusal {
  constructor(kind: keyof typeof KINDS, detail = '') {
    const [status, prefix] = KINDS[kind];
    super(status, prefix + detail);
    this.name = 'SqlError';
  }
}
