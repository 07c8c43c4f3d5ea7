/** Prints the published schema of the verifier's JSON report: `npm run report-schema -- --help`. */
import { z } from 'zod';
import { reportSchema } from '../attestation/report.js';
import { processConsole, runCommand } from '../src/console/run-command.js';

const USAGE = `Usage: npm run -s report-schema

Prints the JSON schema of what verify-attestation prints with --json. The published copy is attestation/report.schema.json.

  --help   print this text

Example: npm run -s report-schema > attestation/report.schema.json
Exit codes: 0 printed, 64 wrong usage.
`;

const line = { usage: USAGE, options: {}, positionals: [0, 0] } as const;
const console = processConsole(process);

process.exitCode = await runCommand(line, console, () => {
  console.write(`${JSON.stringify(z.toJSONSchema(reportSchema), null, 2)}\n`);
  return 0;
});
