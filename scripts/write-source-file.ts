/** Writes `dist/source.json`, which the service attests as its claimed source. The build of the image runs it. */
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { processConsole, runCommand, UsageError } from '../src/console/run-command.js';

const USAGE = `Usage: node dist/scripts/write-source-file.js COMMIT

Writes dist/source.json: the commit (40 lower-case hex digits) and the SHA-256 of package-lock.json.

  --help   print this text

Example: node dist/scripts/write-source-file.js "$(git rev-parse HEAD)"
Exit codes: 0 written, 2 a file cannot be read or written, 64 wrong usage.
`;

const root = new URL('../../', import.meta.url);

function write(commit: string): void {
  const lockfile = readFileSync(new URL('package-lock.json', root));
  const source = { commit, lockfile_sha256: createHash('sha256').update(lockfile).digest('hex') };
  writeFileSync(new URL('dist/source.json', root), `${JSON.stringify(source)}\n`, { mode: 0o644 });
}

const line = { usage: USAGE, options: {}, positionals: [1, 1] } as const;
const console = processConsole(process);

process.exitCode = await runCommand(line, console, ({ positionals: [commit = ''] }) => {
  if (!/^[0-9a-f]{40}$/.test(commit)) {
    throw new UsageError('COMMIT must be 40 lowercase hex digits.');
  }
  try {
    write(commit);
    return 0;
  } catch (error) {
    console.complain(`${error instanceof Error ? error.message : 'The file cannot be written.'}\n`);
    return 2;
  }
});
