import { readdir } from 'node:fs/promises';
import type { Mutant } from '../../test/mutants/mutant.js';

/** A mutant with the name of its list: `http` for test/mutants/http.ts. */
export type NamedMutant = Mutant & { readonly list: string };

const FOLDER = new URL('../../test/mutants/', import.meta.url);

/**
 * Loads every list of mutants from the build output. Throws TypeError for a file that exports no
 * list.
 */
export async function loadMutants(): Promise<readonly NamedMutant[]> {
  const names = (await readdir(FOLDER))
    .filter((name) => name.endsWith('.js') && !name.endsWith('.test.js') && name !== 'mutant.js')
    .toSorted();
  const lists = names.map(async (name) => {
    const loaded = (await import(new URL(name, FOLDER).href)) as { MUTANTS?: readonly Mutant[] };
    if (!Array.isArray(loaded.MUTANTS)) throw new TypeError(`${name} exports no MUTANTS`);
    const list = name.replace(/\.js$/, '');
    return loaded.MUTANTS.map((mutant: Mutant) => ({ ...mutant, list }));
  });
  return (await Promise.all(lists)).flat();
}

/** Splits `test/path.test.ts: title` into its two parts. */
export function killerOf({ killedBy }: Mutant): { readonly file: string; readonly title: string } {
  const end = killedBy.indexOf(': ');
  return end < 0
    ? { file: killedBy, title: '' }
    : { file: killedBy.slice(0, end), title: killedBy.slice(end + 2) };
}

/** Returns the text with the fault, or undefined if `from` does not occur exactly once. */
export function applyMutant(text: string, { from, to }: Mutant): string | undefined {
  const parts = text.split(from);
  return parts.length === 2 ? parts.join(to) : undefined;
}
