/** Prints dstack's measurement of an app-compose file: `npm run compose-hash -- --help`. */
import { readFile } from 'node:fs/promises';
import { buffer } from 'node:stream/consumers';
import { withReason } from '../attestation/failure-reason.js';
import { composeHashOf } from '../attestation/evidence/compose-hash.js';
import { processConsole, runCommand } from '../src/console/run-command.js';

const USAGE = `Usage: npm run compose-hash -- FILE
       npm run -s compose-hash -- - < FILE

Prints the SHA-256 of the bytes of an app-compose file: its compose hash, as dstack measures it. The file is not parsed, so
a line feed at its end changes the hash.

  --help   print this text

Example: npm run compose-hash -- deployment/app-compose.json
Exit codes: 0 printed, 2 the file cannot be read, 64 wrong usage.
`;

const line = { usage: USAGE, options: {}, positionals: [1, 1] } as const;
const console = processConsole(process);

process.exitCode = await runCommand(line, console, async ({ positionals: [path = ''] }) => {
  try {
    const bytes = path === '-' ? await buffer(process.stdin) : await readFile(path);
    console.write(`${Buffer.from(composeHashOf(bytes)).toString('hex')}\n`);
    return 0;
  } catch (error) {
    console.complain(`${withReason(`${path} cannot be read`, error)}.\n`);
    return 2;
  }
});
