/**
 * The documentation: short where it should be, up to date where it is generated, and right about
 * what it names.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { loadEndpoints } from '../scripts/docs/contract-endpoints.js';
import { fillPage } from '../scripts/docs/fill-page.js';
import { generateBlocks } from '../scripts/docs/generated-blocks.js';
import { SETTING_NAMES } from '../src/config.js';
import { ERROR_TABLE } from '../src/error-table.js';
import { WIDGET_ERRORS } from '../src/wire/error-codes.js';
import { test } from './test.js';

const ROOT = new URL('../../', import.meta.url);
const read = (path: string): string => readFileSync(new URL(path, ROOT), 'utf8');

const PAGES: readonly string[] = [
  'README.md',
  'CONTRIBUTING.md',
  'CHANGELOG.md',
  'SECURITY.md',
  'attestation/README.md',
  'attestation/threat-model.md',
  ...readdirSync(new URL('docs/', ROOT))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
];

const SOURCES: string = ['src', 'attestation', 'scripts', 'test']
  .flatMap((folder) =>
    readdirSync(new URL(`${folder}/`, ROOT), { recursive: true, encoding: 'utf8' })
      .filter((path) => path.endsWith('.ts') && !path.startsWith('vectors'))
      .map((path) => read(`${folder}/${path}`)),
  )
  .join('\n');

/** What a page says outside of its code blocks, and the code blocks by language. */
function partsOf(path: string): {
  readonly prose: string;
  readonly code: readonly { readonly language: string; readonly text: string }[];
} {
  const text = read(path);
  const fence = /^```([a-z]*)\n([^]*?)^```$/gm;
  const code = [...text.matchAll(fence)].map(([, language = '', body = '']) => ({
    language,
    text: body,
  }));
  return { prose: text.replaceAll(fence, ''), code };
}

/** The anchors of a page, as code hosts make them from its headings. */
function anchorsOf(path: string): ReadonlySet<string> {
  const headings = [...partsOf(path).prose.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
  return new Set(headings);
}

const matchesOf = (text: string, pattern: RegExp): readonly string[] =>
  [...text.matchAll(pattern)].map(([, found = '']) => found);

test('the README has at most 170 lines', (t) => {
  t.true(read('README.md').trimEnd().split('\n').length <= 170);
});

test('the generated parts of the pages are up to date', async (t) => {
  const blocks = await generateBlocks();
  const used = new Set<string>();
  for (const path of PAGES.filter((each) => each.startsWith('docs/'))) {
    const text = read(path);
    t.is(await fillPage(text, blocks), text, `${path}: run \`npm run docs\``);
    for (const name of matchesOf(text, /<!-- generated: ([a-z-]+) -->/g)) used.add(name);
  }
  t.deepEqual([...used].toSorted(), Object.keys(blocks).toSorted());
});

test('every relative link leads to a file, and to a heading of it', (t) => {
  for (const path of PAGES) {
    const links = matchesOf(read(path), /\]\(([^)\s]+)\)/g);
    for (const link of links.filter((each) => !/^(?:https?|mailto):/.test(each))) {
      const [file = '', anchor] = link.split('#');
      const target = file === '' ? path : new URL(file, `file:///${path}`).pathname.slice(1);
      t.true(existsSync(new URL(target, ROOT)), `${path}: ${link}`);
      if (anchor !== undefined) t.true(anchorsOf(target).has(anchor), `${path}: ${link}`);
    }
  }
});

test('every file and folder that a page names exists', (t) => {
  for (const path of PAGES) {
    const named = matchesOf(read(path), /`((?:src|test|scripts|docs|attestation)\/[^`\s*{}…]+)`/g);
    for (const each of named) t.true(existsSync(new URL(each, ROOT)), `${path}: ${each}`);
  }
});

test('every command in a page is a script of the package', (t) => {
  const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
  for (const path of PAGES) {
    for (const name of matchesOf(read(path), /npm run (?:-s )?([a-z][a-z:-]+)/g)) {
      t.true(name in scripts, `${path}: npm run ${name}`);
    }
  }
});

test('every script of the package is in a page', (t) => {
  const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
  const all = PAGES.map(read).join('\n');
  // npm runs `prestart` by itself.
  for (const name of Object.keys(scripts).filter((each) => each !== 'prestart')) {
    t.true(new RegExp(`npm (?:run )?(?:-s )?${name}(?![a-z:-])`).test(all), name);
  }
});

test('every setting is in the pages, and every name in capitals is one of the code', (t) => {
  const all = PAGES.map(read).join('\n');
  for (const name of SETTING_NAMES) t.true(all.includes(`\`${name}\``), name);
  for (const path of PAGES.filter((each) => each !== 'CHANGELOG.md')) {
    for (const name of matchesOf(read(path), /`([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)`/g)) {
      t.true(name in ERROR_TABLE || name in WIDGET_ERRORS || SOURCES.includes(name), name);
    }
  }
});

test('every error code that a page names is one of the tables', (t) => {
  for (const path of PAGES.filter((each) => each !== 'CHANGELOG.md')) {
    for (const code of matchesOf(read(path), /\b(ERR_[A-Z_]+[A-Z])\b/g)) {
      t.true(code in ERROR_TABLE || code in WIDGET_ERRORS, `${path}: ${code}`);
    }
    for (const code of matchesOf(read(path), /\b(tinycloud_bootstrap_[a-z_]+)\b/g)) {
      t.true(SOURCES.includes(code) || code in {}, `${path}: ${code}`);
    }
  }
});

test('every route that a page names is one of the contract', async (t) => {
  const known = new Set((await loadEndpoints()).map(({ method, path }) => `${method} ${path}`));
  for (const path of PAGES) {
    for (const route of matchesOf(read(path), /`((?:GET|POST|PATCH|DELETE) \/[^\s`?]*)/g)) {
      t.true(known.has(route), `${path}: ${route}`);
    }
  }
});
