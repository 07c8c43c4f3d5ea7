import { existsSync, readFileSync } from 'node:fs';
import { test } from './test.js';

const root = new URL('../../', import.meta.url);
const readme = readFileSync(new URL('README.md', root), 'utf8');

test('every file that "How it is built" names exists', (t) => {
  const section = /## How it is built\n([^]*?)\n## /.exec(readme)?.[1] ?? '';
  const named = [...section.matchAll(/`((?:src|test|scripts)\/[^`]+)`/g)].map(
    ([, path]) => path ?? '',
  );
  t.true(named.length >= 20);
  for (const path of named) t.true(existsSync(new URL(path, root)), path);
});

test('every command that the README shows is a script of the package', (t) => {
  const { scripts } = JSON.parse(readFileSync(new URL('package.json', root), 'utf8')) as {
    scripts: Record<string, string>;
  };
  const shown = [...readme.matchAll(/npm (?:run )?([a-z][a-z:-]+)/g)].map(([, name]) => name ?? '');
  for (const name of new Set(shown)) {
    if (name !== 'ci') t.true(name in scripts, name);
  }
});

test('every setting is in the README', (t) => {
  const config = readFileSync(new URL('src/config.ts', root), 'utf8');
  const names = [...config.matchAll(/^ {2}([A-Z][A-Z_]+):/gm)].map(([, name]) => name ?? '');
  t.true(names.length > 15);
  for (const name of names) t.true(readme.includes(`\`${name}\``), name);
});
