/**
 * `state.monotonic`: compares two documents of one service. A lower number of starts, or another
 * random id of the volume, means that the volume was rolled back or replaced in between. Replicas
 * on a shared database run at the same time, so the order of their starts says nothing.
 */
import { expect } from '../check.js';
import { parseBundle } from '../bundle.js';
import { parseQuote } from '../evidence/tdx-quote.js';
import { verifyQuote } from '../evidence/verify-quote.js';
import { parseStatement, type Statement } from '../schema/statement.js';
import type { TrustedRoot } from '../trusted-roots.js';
import { findRoot } from '../quote-checks.js';
import { verifyReportData } from './statement-checks.js';

const CHECK = 'state.monotonic';

/**
 * Verifies the earlier document as far as this check relies on it: its own quote must cover it,
 * under a known root, at the time that it states. Throws an EvidenceError of the check that fails.
 */
export function verifyMonotonic(
  statement: Statement,
  previousText: string,
  roots: readonly TrustedRoot[],
): string {
  const { document } = parseBundle(previousText);
  expect(document !== undefined, CHECK, 'the earlier document makes no statement');
  const previous = parseStatement(document.statement);
  const quote = parseQuote(new Uint8Array(Buffer.from(document.quote, 'hex')));
  const root = findRoot(quote, roots);
  expect(root !== undefined, CHECK, 'the earlier document ends at an unknown root');
  verifyQuote(quote, root.certificate, Date.parse(previous.issued_at));
  verifyReportData(document.statement, quote);
  return compare(previous, statement);
}

function compare(before: Statement, after: Statement): string {
  const [was, is] = [before.state, after.state];
  expect(before.app_id === after.app_id, CHECK, 'the earlier document is from another application');
  expect(before.issued_at <= after.issued_at, CHECK, 'the earlier document was issued later');
  expect(was.genesis_id === is.genesis_id, CHECK, 'the volume is a different one');
  const isShared = was.kind === 'postgres' && is.kind === 'postgres';
  expect(isShared || was.generation <= is.generation, CHECK, 'the volume was rolled back');
  const sameBoot = before.boot_id === after.boot_id;
  expect(
    sameBoot === (was.generation === is.generation),
    CHECK,
    'two boots have the same number of starts: one ran on a copy',
  );
  return `start ${was.generation} at ${before.issued_at}, now start ${is.generation}`;
}
