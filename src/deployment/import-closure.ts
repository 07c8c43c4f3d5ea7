import { readFileSync } from 'node:fs';

/** What a program needs to run, according to its import statements. */
export type ImportClosure = {
  /** Paths of the modules below the root, sorted, including the entries. */
  readonly modules: readonly string[];
  /** Names of the packages that the modules import, sorted, without node's own modules. */
  readonly packages: readonly string[];
};

// Static imports and exports, imports for side effects, and dynamic imports, as the compiler writes
// them.
const IMPORT = /(?:^(?:import|export)\b[^;]*?from |^import |\bimport\()'([^']+)'/gm;

/** Returns `@scope/name` of `@scope/name/path`, and `name` of `name/path`. */
const packageOf = (specifier: string): string =>
  specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');

/**
 * Follows the imports of compiled modules from `entries`, which are paths below `root`. Throws the
 * error of the file system for a module that cannot be read.
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
