import type { PageFiles } from './page-files.js';

const IMPORT = /^(?:import|export) (?:[^;]*? from )?'(\.[^']+)';/gm;

/** Returns the paths of all modules that a module imports, directly or through others, sorted. */
export function modulesOf(files: PageFiles, entry: `/${string}`): readonly string[] {
  const texts = new Map<string, string>([...files].map(([path, { text }]) => [path, text]));
  const found = new Set<string>();
  const visit = (path: string): void => {
    const text = texts.get(path) ?? '';
    for (const [, from = ''] of text.matchAll(IMPORT)) {
      const { pathname } = new URL(from, `http://service${path}`);
      if (found.has(pathname)) continue;
      found.add(pathname);
      visit(pathname);
    }
  };
  visit(entry);
  return [...found].toSorted();
}
