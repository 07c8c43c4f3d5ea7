import { applyMutant, killerOf, type NamedMutant } from './load-mutants.js';
import { createWorkspace, type Workspace } from './mutant-workspace.js';

/**
 * The result of one mutant.
 *
 * | kind     | meaning                                                                       |
 * | -------- | ----------------------------------------------------------------------------- |
 * | killed   | the test passes without the mutant and fails with it                          |
 * | survived | the test passes with the mutant                                               |
 * | error    | nothing was tried: `from` does not occur exactly once, nothing was compiled,  |
 * |          | or the test also fails without the mutant                                     |
 */
export type Verdict = {
  readonly id: string;
  readonly kind: 'killed' | 'survived' | 'error';
  readonly reason?: string;
};

/** Tries mutants in `jobs` copies of the repository, and reports each verdict. */
export async function tryMutants(
  mutants: readonly NamedMutant[],
  jobs: number,
  tell: (line: string) => void,
): Promise<readonly Verdict[]> {
  const waiting = [...mutants];
  const verdicts: Verdict[] = [];
  const passes = new Map<string, Promise<boolean>>();
  const work = async (): Promise<void> => {
    if (waiting.length === 0) return;
    const workspace = await createWorkspace();
    try {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
        const verdict = await tryOne(workspace, next, passes);
        verdicts.push(verdict);
        tell(lineOf(verdict, next));
      }
    } finally {
      await workspace.close();
    }
  };
  await Promise.all(Array.from({ length: Math.min(jobs, mutants.length) }, work));
  return verdicts;
}

const lineOf = ({ id, kind, reason }: Verdict, { file, killedBy }: NamedMutant): string =>
  `${kind.padEnd(8)} ${id}  ${file}  ${reason ?? killedBy}`;

/** Each test runs once without the mutant: a test that fails anyway detects nothing. */
async function tryOne(
  workspace: Workspace,
  mutant: NamedMutant,
  passes: Map<string, Promise<boolean>>,
): Promise<Verdict> {
  const { id, file, killedBy } = mutant;
  const killer = killerOf(mutant);
  const failed = (reason: string): Verdict => ({ id, kind: 'error', reason });
  const text = await workspace.read(file).catch(() => undefined);
  if (text === undefined) return failed('the file does not exist');
  const mutated = applyMutant(text, mutant);
  if (mutated === undefined) return failed('`from` does not occur exactly once');
  const before = passes.get(killedBy) ?? workspace.test(killer.file, killer.title);
  passes.set(killedBy, before);
  if (!(await before)) return failed('the test fails without the mutant');
  try {
    await workspace.write(file, mutated);
    if (!(await workspace.build(file))) return failed('the mutant does not compile');
    const survived = await workspace.test(killer.file, killer.title);
    return { id, kind: survived ? 'survived' : 'killed' };
  } finally {
    await workspace.write(file, text);
    await workspace.build(file);
  }
}
