/** Tries the deliberate faults under test/mutants, one at a time: `npm run mutants -- [FOLDER|FILE|LIST|ID …]`. */
import { parseArgs } from 'node:util';
import { loadMutants, type NamedMutant } from './mutants/load-mutants.js';
import { tryMutants } from './mutants/try-mutants.js';

const USAGE = `Usage: npm run mutants -- [--jobs N] [FOLDER|FILE|LIST|ID ...]

Applies one mutant of test/mutants at a time to a copy of the repository and runs the test that must notice it. Without
arguments all mutants run; FOLDER and FILE select by the mutated file, LIST by the name of a list, ID one mutant.
The working tree is never changed.

  --jobs N   how many mutants run at once (1 to 8, default 2)

Example: npm run mutants -- src/http own-origin-marks
Exit codes: 0 every mutant was killed, 1 one survived or could not be tried, 64 wrong usage.
`;

const isSelected = ({ id, list, file }: NamedMutant, selector: string): boolean =>
  id === selector ||
  list === selector ||
  file === selector ||
  file.startsWith(`${selector.replace(/\/$/, '')}/`);

type Order = { readonly jobs: number; readonly selectors: readonly string[] } | 'help';

/** Returns what the arguments ask for, or undefined where they are wrong. */
function parseOrder(args: readonly string[]): Order | undefined {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: { help: { type: 'boolean' }, jobs: { type: 'string', default: '2' } },
      allowPositionals: true,
    });
    if (values.help === true) return 'help';
    return /^[1-8]$/.test(values.jobs)
      ? { jobs: Number(values.jobs), selectors: positionals }
      : undefined;
  } catch {
    return undefined;
  }
}

async function run(args: readonly string[]): Promise<number> {
  const order = parseOrder(args);
  if (order === 'help') {
    process.stdout.write(USAGE);
    return 0;
  }
  const all = await loadMutants();
  const unknown = order?.selectors.find((each) => !all.some((mutant) => isSelected(mutant, each)));
  if (order === undefined || unknown !== undefined) {
    if (unknown !== undefined) process.stderr.write(`no mutant is selected by ${unknown}\n`);
    process.stderr.write(USAGE);
    return 64;
  }
  const { selectors, jobs } = order;
  const chosen = all.filter(
    (mutant) => selectors.length === 0 || selectors.some((each) => isSelected(mutant, each)),
  );
  const verdicts = await tryMutants(chosen, jobs, (line) => process.stdout.write(`${line}\n`));
  const count = (kind: string): number => verdicts.filter((each) => each.kind === kind).length;
  process.stdout.write(
    `${chosen.length} mutants: ${count('killed')} killed, ${count('survived')} survived, ${count('error')} not tried\n`,
  );
  return count('killed') === chosen.length ? 0 : 1;
}

process.exitCode = await run(process.argv.slice(2));
