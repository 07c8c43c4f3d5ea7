/**
 * `state.monotonic`: compares two documents of one service. A start count that fell, or a volume with another random id, means
 * that the volume was put back in time or replaced between the two.
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
 * Judges the earlier document as far as its words count here: its own quote must cover it, under the same root, at the time
 * that it names. Throws an EvidenceError of whichever check fails.
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
  expect(before.app_id === after.app_id, CHECK, 'the earlier document is of another application');
  expect(before.issued_at <= after.issued_at, CHECK, 'the earlier document is the later one');
  expect(was.genesis_id === is.genesis_id, CHECK, 'the volume is another one');
  expect(was.generation <= is.generation, CHECK, 'the volume was put back in time');
  const sameBoot = before.boot_id === after.boot_id;
  expect(
    sameBoot === (was.generation === is.generation),
    CHECK,
    'two starts on the same state: one of them was on a copy',
  );
  return `start ${was.generation} at ${before.issued_at}, now start ${is.generation}`;
}
