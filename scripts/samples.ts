/** Judges the auditors' samples, or writes new ones: `npm run samples -- --help`. */
import { processConsole, runCommand } from '../src/console/run-command.js';

const USAGE = `Usage: npm run samples -- [--write]

Judges every sample of attestation/samples and compares the report with expected.json.

  --write   write new samples in place instead, with current reports; review the diff before you keep it
  --help    print this text

Example: npm run samples
Exit codes: 0 every report is the expected one, or written; 1 a report differs; 64 wrong usage.
`;

const line = {
  usage: USAGE,
  options: { write: { type: 'boolean', default: false } },
  positionals: [0, 0],
} as const;
const console = processConsole(process);
const tell = (text: string): void => console.write(`${text}\n`);

process.exitCode = await runCommand(line, console, async ({ values }) => {
  if (!values.write) {
    const { checkSamples } = await import('./samples/check-samples.js');
    return (await checkSamples(tell)) ? 0 : 1;
  }
  const { writeSamples } = await import('./samples/write-samples.js');
  await writeSamples(tell);
  return 0;
});
