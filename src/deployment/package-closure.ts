import { existsSync, readFileSync } from 'node:fs';
import { z } from 'zod';

const names = z.record(z.string(), z.string()).optional();

const manifestSchema = z.object({
  dependencies: names,
  optionalDependencies: names,
  peerDependencies: names,
  peerDependenciesMeta: z
    .record(z.string(), z.object({ optional: z.boolean().optional() }))
    .optional(),
});

type Manifest = z.infer<typeof manifestSchema>;

const manifestIn = (folder: URL): Manifest =>
  manifestSchema.parse(JSON.parse(readFileSync(new URL('package.json', folder), 'utf8')));

/** Returns the names of the packages that a package requires, and of those that are optional. */
function needsOf(manifest: Manifest): { readonly [kind in 'must' | 'may']: readonly string[] } {
  const peers = Object.keys(manifest.peerDependencies ?? {});
  const isOptional = (name: string): boolean =>
    manifest.peerDependenciesMeta?.[name]?.optional === true;
  const may = Object.keys(manifest.optionalDependencies ?? {});
  // npm lists optional dependencies also among the others.
  const must = Object.keys(manifest.dependencies ?? {}).filter((name) => !may.includes(name));
  return { must: [...must, ...peers.filter((name) => !isOptional(name))], may };
}

/**
 * Returns the folder in which node finds a package from a folder below `root`, or undefined if it
 * is not installed.
 */
function findPackage(root: URL, from: URL, name: string): URL | undefined {
  for (let folder = from; folder.href.startsWith(root.href); folder = new URL('../', folder)) {
    const found = new URL(`node_modules/${name}/`, folder);
    if (existsSync(new URL('package.json', found))) return found;
  }
  return undefined;
}

/**
 * Returns the folders below `root` of the packages `roots` and of all their dependencies, sorted,
 * as they are installed. Development dependencies and optional peers are left out. Throws for a
 * package that is not installed.
 */
export function packageClosureOf(root: URL, roots: readonly string[]): readonly string[] {
  const found = new Map<string, URL>();
  const visit = (from: URL, name: string, isNeeded: boolean): void => {
    // Types are only for compilers, although some packages depend on them.
    if (name.startsWith('@types/')) return;
    const folder = findPackage(root, from, name);
    if (folder === undefined) {
      if (isNeeded) throw new Error(`The package ${name} is not installed.`);
      return;
    }
    if (found.has(folder.href)) return;
    found.set(folder.href, folder);
    const { must, may } = needsOf(manifestIn(folder));
    for (const each of must) visit(folder, each, true);
    for (const each of may) visit(folder, each, false);
  };
  for (const name of roots) visit(root, name, true);
  return [...found.keys()].map((href) => href.slice(root.href.length)).toSorted();
}
