/** Tries the deliberate faults in test/mutants, one at a time: `npm run mutants -- --help`. */
import {
  type Console,
  processConsole,
  runCommand,
  UsageError,
} from '../src/console/run-command.js';
import { loadMutants, type NamedMutant } from './mutants/load-mutants.js';
import { tryMutants } from './mutants/try-mutants.js';

const USAGE = `Usage: npm run mutants -- [--jobs N] [FOLDER|FILE|LIST|ID ...]

Applies one mutant of test/mutants at a time to a copy of the repository and runs the test that must detect it. Without
arguments all mutants run; FOLDER and FILE select by the mutated file, LIST by the name of a list, ID one mutant.
The working tree is never changed.

  --jobs N   how many mutants run at the same time (1 to 8, default 2)
  --help     print this text

Example: npm run mutants -- src/http own-origin-marks
Exit codes: 0 every mutant was killed, 1 one survived or could not be tried, 64 wrong usage.
`;

const isSelected = ({ id, list, file }: NamedMutant, selector: string): boolean =>
  id === selector ||
  list === selector ||
  file === selector ||
  file.startsWith(`${selector.replace(/\/$/, '')}/`);

async function run(
  jobs: number,
  selectors: readonly string[],
  { write }: Console,
): Promise<number> {
  const all = await loadMutants();
  const unknown = selectors.find((each) => !all.some((mutant) => isSelected(mutant, each)));
  if (unknown !== undefined) throw new UsageError(`"${unknown}" selects no mutant.`);
  const chosen = all.filter(
    (mutant) => selectors.length === 0 || selectors.some((each) => isSelected(mutant, each)),
  );
  const verdicts = await tryMutants(chosen, jobs, (text) => write(`${text}\n`));
  const count = (kind: string): number => verdicts.filter((each) => each.kind === kind).length;
  write(
    `${chosen.length} mutants: ${count('killed')} killed, ${count('survived')} survived, ${count('error')} not tried\n`,
  );
  return count('killed') === chosen.length ? 0 : 1;
}

const line = {
  usage: USAGE,
  options: { jobs: { type: 'string', default: '2' } },
  positionals: [0, Infinity],
} as const;
const console = processConsole(process);

process.exitCode = await runCommand(line, console, ({ values: { jobs }, positionals }) => {
  if (!/^[1-8]$/.test(jobs)) throw new UsageError('--jobs takes a number from 1 to 8.');
  return run(Number(jobs), positionals, console);
});
