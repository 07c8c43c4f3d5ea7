/**
 * Verifies that an exported audit trail is complete and unchanged. `npm run verify-audit -- --help`
 */
import { readFile } from 'node:fs/promises';
import { verifyAudit } from '../attestation/audit/verify-audit.js';
import { withReason } from '../attestation/failure-reason.js';
import { processConsole, runCommand, UsageError } from '../src/console/run-command.js';

const USAGE = `Usage: npm run verify-audit -- FILE [--head HASH]

Verifies that an exported audit trail is complete: every entry is in its place, and none is missing or changed.

  FILE         an export of GET /api/account/audit?format=jsonl
  --head HASH  the head of an earlier export, which must still be in the trail
  --help       print this text

Example: npm run verify-audit -- audit.jsonl
Exit codes: 0 the trail is complete, 1 it is broken, 2 the file cannot be read, 64 wrong usage.
`;

const MEANINGS = {
  empty: 'the file is empty',
  header: 'the first line is not the header of an export',
  malformed: 'this line is not an entry',
  sequence: 'an entry is missing here, or is out of place',
  chain: 'the entry before this one was changed or replaced',
  cut: 'the end is missing, or the head does not belong to this trail',
} as const;

const line = {
  usage: USAGE,
  options: { head: { type: 'string' } },
  positionals: [1, 1],
} as const;
const console = processConsole(process);

process.exitCode = await runCommand(line, console, async ({ values: { head }, positionals }) => {
  const [file = ''] = positionals;
  if (head !== undefined && !/^[0-9a-f]{64}$/.test(head)) {
    throw new UsageError('--head takes 64 lower-case hex digits.');
  }
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    console.complain(`${withReason(`${file} cannot be read`, error)}.\n`);
    return 2;
  }
  const verdict = verifyAudit(text, head);
  if (!verdict.ok) {
    console.write(`broken at line ${verdict.line}: ${MEANINGS[verdict.reason]}\n`);
    return 1;
  }
  const { header, entries } = verdict;
  const [first, last] = [entries[0], entries.at(-1)];
  console.write(
    `whole: ${entries.length} entries of ${header.user_id}, ${first?.at ?? '-'} to ${last?.at ?? '-'}\nhead ${header.head}\n`,
  );
  return 0;
});
