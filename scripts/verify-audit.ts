/**
 * npm run verify-audit -- FILE [--head HASH]
 *
 * Verifies an exported audit trail (`GET /api/account/audit?format=jsonl`): every entry in its place, none missing, none
 * changed. `--head`: the hash that an earlier export ended with; it must still be a part of the trail.
 *
 * Exit codes: 0 whole, 1 broken, 2 not readable, 64 usage.
 */
import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { verifyAudit } from '../attestation/audit/verify-audit.js';

const USAGE = `Usage: npm run verify-audit -- FILE [--head HASH]

  FILE         an export of GET /api/account/audit?format=jsonl
  --head HASH  the head that an earlier export named: it must still be in the trail
  --help       this text

Ends with 0 where the trail is whole, 1 where it is broken, 2 where the file can not be read, 64 for wrong usage.
`;

const MEANINGS = {
  empty: 'there is nothing in the file',
  header: 'the first line is no header of an export',
  malformed: 'this line is no entry',
  sequence: 'an entry is missing here, or out of its place',
  chain: 'the entry before this one was changed, or is another one',
  cut: 'the end is missing, or the head is not of this trail',
} as const;

type Arguments = { readonly file?: string; readonly head?: string; readonly help: boolean };

function parseArguments(args: readonly string[]): Arguments | undefined {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: { head: { type: 'string' }, help: { type: 'boolean', default: false } },
      allowPositionals: true,
    });
    const [file, ...more] = positionals;
    const isHash = values.head === undefined || /^[0-9a-f]{64}$/.test(values.head);
    if (!values.help && (file === undefined || more.length > 0 || !isHash)) return undefined;
    return {
      help: values.help,
      ...(file === undefined ? {} : { file }),
      ...(values.head === undefined ? {} : { head: values.head }),
    };
  } catch {
    return undefined;
  }
}

async function main(): Promise<number> {
  const wanted = parseArguments(process.argv.slice(2));
  if (wanted === undefined) {
    process.stderr.write(USAGE);
    return 64;
  }
  if (wanted.help || wanted.file === undefined) {
    process.stdout.write(USAGE);
    return 0;
  }
  const text = await readFile(wanted.file, 'utf8').catch(() => undefined);
  if (text === undefined) {
    process.stderr.write(`can not read ${wanted.file}\n`);
    return 2;
  }
  const verdict = verifyAudit(text, wanted.head);
  if (!verdict.ok) {
    process.stdout.write(`broken at line ${verdict.line}: ${MEANINGS[verdict.reason]}\n`);
    return 1;
  }
  const { header, entries } = verdict;
  const [first, last] = [entries[0], entries.at(-1)];
  process.stdout.write(
    `whole: ${entries.length} entries of ${header.user_id}, ${first?.at ?? '-'} to ${last?.at ?? '-'}\nhead ${header.head}\n`,
  );
  return 0;
}

process.exitCode = await main();
