/**
 * Runs the service under load, faults, and kills, and judges what is left. `npm run soak -- --help`
 */
import { processConsole, runCommand, UsageError } from '../src/console/run-command.js';

const USAGE = `Usage: npm run soak -- [options]

Runs the service and a stand-in node as processes on loopback. People sign in, sign, review, rename, and end sessions at
random while requests to the node fail and both processes are killed (SIGKILL) and started again. Afterwards every account
is read from the node by the independent reader, and everything that the service acknowledged is looked up in its state.

In the last quarter only the node is killed, so that the service has time to lose memory or descriptors if it does.

  --minutes N        how long (default 10; a decimal such as 0.5 is allowed)
  --users N          how many people there are (default 100)
  --faults PERCENT   how many requests to the node fail (default 5)
  --restart-every S  a process is killed every S seconds (default 20)
  --seed N           chooses what people do and what is killed (default: a random one, which is printed)
  --json             print the figures as one line of JSON
  --help             print this text

Example: npm run soak -- --minutes 1 --users 20
Exit codes: 0 nothing was lost, 1 something was, or the soak could not run, 64 wrong usage.
`;

const line = {
  usage: USAGE,
  options: {
    minutes: { type: 'string', default: '10' },
    users: { type: 'string', default: '100' },
    faults: { type: 'string', default: '5' },
    'restart-every': { type: 'string', default: '20' },
    seed: { type: 'string' },
    json: { type: 'boolean', default: false },
  },
  positionals: [0, 0],
} as const;

/** Parses a number of an option. Throws UsageError unless it is in `least` ≤ number ≤ `most`. */
function numberOf(flag: string, text: string, [least, most]: readonly [number, number]): number {
  const value = /^[0-9]+(?:\.[0-9]+)?$/.test(text) ? Number(text) : Number.NaN;
  if (!(value >= least && value <= most)) {
    throw new UsageError(`--${flag} takes a number from ${least} to ${most}.`);
  }
  return value;
}

const console = processConsole(process);

process.exitCode = await runCommand(line, console, async ({ values }) => {
  const seed = values.seed ?? String(Date.now() % 1_000_000);
  const plan = {
    minutes: numberOf('minutes', values.minutes, [0.1, 1_440]),
    users: Math.floor(numberOf('users', values.users, [1, 10_000])),
    faultPercent: numberOf('faults', values.faults, [0, 50]),
    restartEveryS: numberOf('restart-every', values['restart-every'], [1, 3_600]),
    seed: Math.floor(numberOf('seed', seed, [0, 2 ** 31])),
  };
  const { runSoak } = await import('./soak/run-soak.js');
  const { describeSoak } = await import('./soak/describe-soak.js');
  const stop = new AbortController();
  process.once('SIGINT', () => stop.abort());
  process.once('SIGTERM', () => stop.abort());
  try {
    const report = await runSoak(plan, (text) => console.complain(`${text}\n`), stop.signal);
    console.write(values.json ? `${JSON.stringify(report)}\n` : `${describeSoak(report)}\n`);
    return report.problems.length === 0 ? 0 : 1;
  } catch (error) {
    console.complain(`${error instanceof Error ? error.message : String(error)}\n`);
    // People of a soak that was stopped would ask on.
    process.exit(1);
  }
});
