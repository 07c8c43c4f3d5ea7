import { readFileSync } from 'node:fs';

/** What a program needs to run, as far as its import statements show. */
export type ImportClosure = {
  /** Paths of the modules below the root, sorted; the entries are among them. */
  readonly modules: readonly string[];
  /** Names of the packages that the modules import, sorted; modules of node itself are left out. */
  readonly packages: readonly string[];
};

// Static imports and exports, imports for their effect, and dynamic ones, as the compiler writes them.
const IMPORT = /(?:^(?:import|export)\b[^;]*?from |^import |\bimport\()'([^']+)'/gm;

/** `@scope/name/path` and `name/path` without the path. */
const packageOf = (specifier: string): string =>
  specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');

/**
 * Follows the imports of compiled modules from `entries`, which are paths below `root`. Throws the error of the file system for a
 * module that cannot be read.
 */
export function importClosureOf(root: URL, entries: readonly string[]): ImportClosure {
  const modules = new Set<string>();
  const packages = new Set<string>();
  const waiting = entries.map((entry) => new URL(entry, root).href);
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (modules.has(next)) continue;
    modules.add(next);
    for (const [, specifier = ''] of readFileSync(new URL(next), 'utf8').matchAll(IMPORT)) {
      if (specifier.startsWith('.')) waiting.push(new URL(specifier, next).href);
      else if (!specifier.startsWith('node:')) packages.add(packageOf(specifier));
    }
  }
  return {
    modules: [...modules].map((href) => href.slice(root.href.length)).toSorted(),
    packages: [...packages].toSorted(),
  };
}
