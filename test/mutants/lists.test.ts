/**
 * The lists of mutants fit the code: a mutant that cannot be applied, or whose test is gone, would
 * check nothing.
 */
import { existsSync, readFileSync } from 'node:fs';
import { applyMutant, killerOf, loadMutants } from '../../scripts/mutants/load-mutants.js';
import { isForBrowsers } from '../../scripts/mutants/mutant-workspace.js';
import { test } from '../test.js';

const root = new URL('../../../', import.meta.url);
const read = (file: string): string => readFileSync(new URL(file, root), 'utf8');

const escapeRegExp = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** The titles of a test file, as patterns: what a template fills in may be anything. */
function titlesIn(source: string): readonly RegExp[] {
  // A test that is for one process gives its reason before its title.
  const calls =
    /\btest\w*\(\s*(?:(['"`])(?:\\.|(?!\1)[^\\])*\1,\s*)?(['"`])((?:\\.|(?!\2)[^\\])*)\2/g;
  return [...source.matchAll(calls)].map(([, , , title = '']) => {
    const parts = title.replaceAll(/\\(.)/g, '$1').split(/\$\{[^}]*\}/);
    return new RegExp(`^${parts.map((part) => escapeRegExp(part)).join('.*')}$`);
  });
}

test('every id of a mutant is unique', async (t) => {
  const ids = (await loadMutants()).map(({ id }) => id);
  t.deepEqual([...new Set(ids)], ids);
  for (const id of ids) t.regex(id, /^[a-z0-9]+(?:-[a-z0-9]+)*$/);
});

test('every mutant changes its file in exactly one place', async (t) => {
  for (const mutant of await loadMutants()) {
    const changed = applyMutant(read(mutant.file), mutant);
    t.true(changed !== undefined && mutant.from !== mutant.to, mutant.id);
  }
});

test('every mutant names a test that exists', async (t) => {
  for (const mutant of await loadMutants()) {
    const { file, title } = killerOf(mutant);
    t.true(file.endsWith('.test.ts') && existsSync(new URL(file, root)), mutant.id);
    const isThere = titlesIn(read(file)).some((pattern) => pattern.test(title));
    t.true(isThere, `${mutant.id}: ${file} has no test called "${title}"`);
  }
});

test('a fault in what a browser loads is built for browsers', (t) => {
  for (const folder of ['account-page', 'client', 'pages', 'widget', 'wire']) {
    t.true(isForBrowsers(`src/${folder}/main.ts`), folder);
  }
  t.false(isForBrowsers('src/http/pages/account-page.ts'));
});

test('a text that occurs twice or never makes no mutant', (t) => {
  const mutant = { id: 'x', file: 'x', from: 'a', to: 'b', killedBy: 'x' };
  t.is(applyMutant('cac', mutant), 'cbc');
  t.is(applyMutant('aa', mutant), undefined);
  t.is(applyMutant('c', mutant), undefined);
});
