/**
 * Suites are files in `dist/test/suites` that load several test files each, for a run of all tests.
 *
 * ava starts a worker for every file that it is given, and most test files load the whole service,
 * which takes longer than their tests. A suite loads it once. Any test file still runs alone:
 * `npx ava dist/test/signing/policy.test.js`.
 */
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';

const ROOT = new URL('./', import.meta.url);
const SUITES = new URL('suites/', ROOT);

/**
 * Which folders share suites, and how many they get. Slow ones start first, so that no long suite
 * is left over for one worker at the end; enough of them keep both workers busy. The last row takes
 * every other folder.
 */
const SUITES_OF: readonly { readonly folders: readonly string[]; readonly count: number }[] = [
  { folders: ['fuzz'], count: 1 },
  { folders: ['browser'], count: 4 },
  { folders: ['scenarios'], count: 4 },
  { folders: ['local', 'attestation', 'cli', 'stand-ins', 'deployment'], count: 3 },
  { folders: [], count: 2 },
];

const NAMED = new Set(SUITES_OF.flatMap(({ folders }) => folders));

const folderOf = (file: string): string => file.slice(0, Math.max(file.indexOf('/'), 0));

/** Returns the files of each suite by the suite's name, in the order in which the suites start. */
export function dealFiles(files: readonly string[]): ReadonlyMap<string, readonly string[]> {
  const suites = new Map<string, readonly string[]>();
  for (const { folders, count } of SUITES_OF) {
    const own = files.filter((file) =>
      folders.length === 0 ? !NAMED.has(folderOf(file)) : folders.includes(folderOf(file)),
    );
    for (let suite = 0; suite < count; suite += 1) {
      const number = String(suites.size + 1).padStart(2, '0');
      // In turn, because neighbors in the alphabet are often slow for the same reason.
      suites.set(
        `${number}-${folders[0] ?? 'others'}.suite.js`,
        own.filter((_file, at) => at % count === suite),
      );
    }
  }
  return suites;
}

/** Writes the suites and returns their paths. */
export function writeSuites(): readonly string[] {
  const files = readdirSync(ROOT, { recursive: true, encoding: 'utf8' });
  const suites = dealFiles(files.filter((name) => name.endsWith('.test.js')).toSorted());
  removeSuites();
  mkdirSync(SUITES);
  return [...suites].map(([name, own]) => {
    const path = new URL(name, SUITES);
    writeFileSync(path, own.map((file) => `import '../${file}';\n`).join(''));
    return path.pathname;
  });
}

/** Without suites, ava runs every test file on its own again. */
export function removeSuites(): void {
  rmSync(SUITES, { recursive: true, force: true });
}
