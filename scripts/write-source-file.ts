/**
 * Writes `dist/source.json`, which the service attests as its claimed source. Run by the build of the image:
 * `node dist/scripts/write-source-file.js COMMIT`
 *
 * Exit codes: 0, 2 for files that can not be read or written, 64 for arguments.
 */
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';

const USAGE = `Usage: node dist/scripts/write-source-file.js COMMIT
Writes dist/source.json: the commit (40 lower-case hex digits) and the SHA-256 of package-lock.json.
Exit codes: 0 written, 2 a file can not be read or written, 64 wrong usage.
`;

const root = new URL('../../', import.meta.url);

function write(commit: string): void {
  const lockfile = readFileSync(new URL('package-lock.json', root));
  const source = { commit, lockfile_sha256: createHash('sha256').update(lockfile).digest('hex') };
  writeFileSync(new URL('dist/source.json', root), `${JSON.stringify(source)}\n`, { mode: 0o644 });
}

const [commit, ...rest] = process.argv.slice(2);
if (commit === '--help') {
  process.stdout.write(USAGE);
} else if (commit === undefined || !/^[0-9a-f]{40}$/.test(commit) || rest.length > 0) {
  process.stderr.write(USAGE);
  process.exitCode = 64;
} else {
  try {
    write(commit);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : 'not written'}\n`);
    process.exitCode = 2;
  }
}
