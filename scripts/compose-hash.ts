/**
 * What dstack measures of an app-compose file: SHA-256 of its very bytes. `npm run compose-hash -- FILE`
 *
 * Exit codes: 0, 2 for a file that can not be read, 64 for arguments.
 */
import { readFile } from 'node:fs/promises';
import { buffer } from 'node:stream/consumers';
import { composeHashOf } from '../attestation/evidence/compose-hash.js';

const USAGE = `Usage: npm run compose-hash -- FILE
       npm run -s compose-hash -- - < FILE

Prints SHA-256 of the bytes of an app-compose file: its compose hash, as dstack measures it. Nothing is parsed or
written anew, so one more line feed at the end is another hash.
Exit codes: 0 printed, 2 the file can not be read, 64 wrong usage.
`;

const [path, ...rest] = process.argv.slice(2);
if (path === '--help') {
  process.stdout.write(USAGE);
} else if (path === undefined || rest.length > 0 || (path.startsWith('-') && path !== '-')) {
  process.stderr.write(USAGE);
  process.exitCode = 64;
} else {
  try {
    const bytes = path === '-' ? await buffer(process.stdin) : await readFile(path);
    process.stdout.write(`${Buffer.from(composeHashOf(bytes)).toString('hex')}\n`);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unreadable';
    process.stderr.write(`${path} can not be read (${code})\n`);
    process.exitCode = 2;
  }
}
