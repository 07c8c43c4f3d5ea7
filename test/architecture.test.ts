/** Keeps the arrows of the tree: who may import what, and which package may be used where. */
import { readdirSync, readFileSync } from 'node:fs';
import { test } from './test.js';

const root = new URL('../../', import.meta.url);

/** Folder (or file) of src to what it may import of src, besides itself. */
const ALLOWED: Readonly<Record<string, string>> = {
  'error-table': '',
  errors: 'error-table',
  api: 'errors accounts',
  protocol: 'errors',
  runtime: 'errors',
  accounts: 'errors protocol runtime',
  keys: 'errors protocol runtime',
  limits: 'errors',
  'sign-in': 'errors protocol runtime accounts keys api',
  signing: 'errors protocol runtime accounts keys languages',
  bootstrap: 'errors protocol runtime',
  certificates: 'errors protocol runtime accounts',
  replicas: 'errors protocol accounts',
  provisioning: 'errors protocol runtime bootstrap accounts keys signing',
  adapters: 'errors protocol runtime accounts keys limits bootstrap evidence certificates sign-in',
  http: 'error-table errors protocol runtime wire api languages config accounts keys limits sign-in signing provisioning evidence',
  config: 'config-rules config-tls config-types errors',
  'config-tls': 'config-types',
  'config-rules': 'protocol',
  'config-types': 'protocol limits',
  compose:
    'errors protocol runtime replicas accounts keys limits sign-in signing bootstrap provisioning evidence certificates adapters http config',
  main: 'compose config console errors runtime',
  evidence: 'errors protocol runtime keys accounts',
  cli: 'error-table errors protocol runtime bootstrap adapters console',
  console: '',
  'account-check': 'errors protocol bootstrap',
  'program-client': 'protocol',
  deployment: 'errors config console',
  'state-transfer': 'errors protocol console accounts adapters',
  languages: 'error-table errors',
  wire: '',
  client: 'wire',
  pages: 'wire languages',
  widget: 'wire pages',
  'account-page': 'wire pages',
};

/**
 * Folders that take types from the contract, and nothing that exists at run time: `import type`.
 */
const CONTRACT_TYPES = new Set([
  'signing',
  'provisioning',
  'program-client',
  'deployment',
  'pages',
  'widget',
  'account-page',
]);

/**
 * The one module of the contract that a feature uses at run time: what a passkey answers, which is
 * read where it is verified.
 */
const CONTRACT_VALUES: Readonly<Record<string, RegExp>> = {
  http: /^src\/api\//,
  'sign-in': /^src\/api\/passkey-response\.js$/,
};

/** Package to the folders of src that may use it. */
const FENCES: Readonly<Record<string, string>> = {
  koa: 'http',
  'find-my-way': 'http',
  'raw-body': 'http',
  '@phala/dstack-sdk': 'adapters',
  'acme-client': 'adapters',
  lowdb: 'adapters',
  pg: 'adapters',
  undici: 'adapters',
  'secp256k1/bindings.js': 'adapters',
  ethers: 'adapters program-client',
  winston: 'runtime',
  'prom-client': 'runtime',
  negotiator: 'languages',
  siwe: 'sign-in',
  '@simplewebauthn/server': 'sign-in',
  '@simplewebauthn/server/helpers': 'sign-in',
  'rate-limiter-flexible': 'limits',
};

/**
 * Folder of src to what it may import of the auditors' folder: the schemas that both sides share,
 * and the readers.
 */
const EVIDENCE: Readonly<Record<string, RegExp>> = {
  evidence: /^attestation\/(?:check|schema\/[a-z-]+|evidence\/[a-z-]+|application\/[a-z-]+)\.js$/,
  adapters: /^attestation\/(?:schema|evidence|collect)\/[a-z-]+\.js$/,
  accounts: /^attestation\/schema\/audit\.js$/,
  api: /^attestation\/schema\/[a-z-]+\.js$/,
  http: /^attestation\/schema\/[a-z-]+\.js$/,
  bootstrap: /^attestation\/schema\/receipt\.js$/,
  provisioning: /^attestation\/schema\/[a-z-]+\.js$/,
  compose: /^attestation\/schema\/[a-z-]+\.js$/,
  deployment: /^attestation\//,
  'account-check': /^attestation\/failure-reason\.js$/,
  cli: /^attestation\/failure-reason\.js$/,
  main: /^attestation\/failure-reason\.js$/,
  'state-transfer': /^attestation\/failure-reason\.js$/,
};

/**
 * Folders that are packages of their own: beside themselves, they import only `shares` and what
 * their package.json names.
 */
const PACKAGES = [
  { folder: 'attestation', shares: [] },
  { folder: 'src/client', shares: ['src/wire'] },
] as const;

type SourceFile = { readonly path: string; readonly text: string };

function filesIn(folder: string): readonly SourceFile[] {
  return (
    readdirSync(new URL(`${folder}/`, root), { recursive: true })
      .map((name) => `${folder}/${String(name)}`)
      // Packages of their own have a build in their folder.
      .filter((path) => path.endsWith('.ts') && !path.includes('/dist/'))
      .map((path) => ({ path, text: readFileSync(new URL(path, root), 'utf8') }))
  );
}

const areaOf = (path: string): string => path.split('/')[1]?.replace(/\.ts$/, '') ?? '';

// Static imports and exports, imports for their effect, and dynamic ones.
const IMPORT = /(?:^(?:import|export)\b[^;]*?from |^import |\bimport\()'([^']+)'/gm;

const importsOf = (text: string): readonly string[] =>
  [...text.matchAll(IMPORT)].map(([, from]) => from ?? '');

/** The offenders in one file of src, each as `file -> import`. */
function offendersIn({ path, text }: SourceFile): readonly string[] {
  const area = areaOf(path);
  const allowed = new Set([area, ...(ALLOWED[area] ?? '').split(' ')]);
  return [...text.matchAll(IMPORT)]
    .map(([statement, from = '']) => ({ from, isType: statement.startsWith('import type') }))
    .filter(({ from, isType }) => {
      if (!from.startsWith('.'))
        return from in FENCES && FENCES[from]?.split(' ').includes(area) !== true;
      const target = new URL(from, `file:///${path}`).pathname.slice(1);
      if (target.startsWith('src/api/') && area !== 'api') {
        const isAllowed = isType && CONTRACT_TYPES.has(area);
        return !isAllowed && !(isType ? allowed.has('api') : CONTRACT_VALUES[area]?.test(target));
      }
      if (target.startsWith('attestation/')) return EVIDENCE[area]?.test(target) !== true;
      return !target.startsWith('src/') || !allowed.has(areaOf(target.replace(/\.js$/, '.ts')));
    })
    .map(({ from }) => `${path} -> ${from}`);
}

test('every import of src is one that the architecture allows', (t) => {
  t.deepEqual(filesIn('src').flatMap(offendersIn), []);
});

test('an import that is not allowed is named', (t) => {
  const at = (path: string, from: string): SourceFile => ({
    path,
    text: `import { x } from '${from}';\n`,
  });
  const wrong = [
    at('src/protocol/x.ts', '../http/route.js'),
    at('src/http/x.ts', '../adapters/dstack-enclave.js'),
    at('src/accounts/x.ts', 'koa'),
    at('src/http/x.ts', '../../scripts/local.js'),
    at('src/signing/x.ts', '../../attestation/schema/statement.js'),
    at('src/widget/x.ts', '../api/keys.js'),
    at('src/sign-in/x.ts', '../api/keys.js'),
    at('src/api/x.ts', '../http/route.js'),
  ];
  for (const file of wrong) t.is(offendersIn(file).length, 1, file.path);
  t.deepEqual(
    offendersIn({ path: 'src/wire/x.ts', text: "import 'koa';\nawait import('../errors.js');" }),
    ['src/wire/x.ts -> koa', 'src/wire/x.ts -> ../errors.js'],
  );
  t.deepEqual(offendersIn(at('src/http/x.ts', 'koa')), []);
  const types = (path: string) => ({ path, text: "import type { Key } from '../api/keys.js';\n" });
  t.deepEqual(offendersIn(types('src/widget/x.ts')), []);
  t.is(offendersIn(types('src/client/x.ts')).length, 1);
});

/** `@scope/name/path` and `name/path` without the path. */
const packageOf = (specifier: string): string =>
  specifier.replace(/^((?:@[^/]+\/)?[^/]+).*$/, '$1');

function offendersOfPackage({ folder, shares }: (typeof PACKAGES)[number]): readonly string[] {
  const { dependencies = {} } = JSON.parse(
    readFileSync(new URL(`${folder}/package.json`, root), 'utf8'),
  ) as { readonly dependencies?: Readonly<Record<string, string>> };
  const isOwn = (path: string): boolean =>
    [folder, ...shares].some((each) => path.startsWith(`/${each}/`));
  return filesIn(folder).flatMap(({ path, text }) =>
    importsOf(text)
      .filter((from) =>
        from.startsWith('.')
          ? !isOwn(new URL(from, `file:///${path}`).pathname)
          : !from.startsWith('node:') && !(packageOf(from) in dependencies),
      )
      .map((from) => `${path} -> ${from}`),
  );
}

for (const each of PACKAGES) {
  test(`${each.folder} imports itself and what its package.json names`, (t) => {
    t.deepEqual(offendersOfPackage(each), []);
  });
}

/**
 * The files that import themselves through others, with those that import such a file; imports of
 * types count.
 */
function filesInCircles(files: readonly SourceFile[]): readonly string[] {
  const left = new Map(
    files.map(({ path, text }) => [
      path,
      importsOf(text)
        .filter((from) => from.startsWith('.'))
        .map((from) => new URL(from, `file:///${path}`).pathname.slice(1).replace(/\.js$/, '.ts')),
    ]),
  );
  for (let before = -1; before !== left.size;) {
    before = left.size;
    for (const [path, targets] of left) {
      if (!targets.some((target) => left.has(target))) left.delete(path);
    }
  }
  return [...left.keys()];
}

test('no file imports itself through others, not even for types', (t) => {
  t.deepEqual(filesInCircles([...filesIn('src'), ...filesIn('attestation')]), []);
  const circle = [
    { path: 'src/a.ts', text: "import type { B } from './b.js';\n" },
    { path: 'src/b.ts', text: "export { a } from './a.js';\n" },
    { path: 'src/c.ts', text: "import 'node:fs';\n" },
  ];
  t.deepEqual(filesInCircles(circle), ['src/a.ts', 'src/b.ts']);
});

test('every area of src has a row in the table', (t) => {
  for (const { path } of filesIn('src')) t.true(areaOf(path) in ALLOWED, path);
});

test('only what is a process of its own touches the process', (t) => {
  const touching = filesIn('src').filter(({ text }) => /\bprocess\.[a-z]|node:process/.test(text));
  t.deepEqual(touching.map(({ path }) => path).toSorted(), [
    'src/account-check/prove-from-outside.ts',
    'src/account-check/read-account.ts',
    'src/main.ts',
  ]);
});

test('the tests of a file run one after another', (t) => {
  const own = filesIn('test').filter(({ text }) => /^import test\b.* from 'ava';$/m.test(text));
  t.deepEqual(
    own.map(({ path }) => path),
    [],
    "import { test } from test/test.ts instead of ava's own",
  );
});

test('files stay small, have telling names and no default export', (t) => {
  for (const { path, text } of [...filesIn('src'), ...filesIn('scripts')]) {
    // The table of error codes is one list, and splitting it would hide duplicates.
    const longest = path === 'src/error-table.ts' ? 450 : 300;
    t.true(text.split('\n').length <= longest, `${path} is too long`);
    t.notRegex(path, /(?:utils|helpers|common|misc|manager|index)\.ts$/);
    if (!path.endsWith('.d.ts')) t.notRegex(text, /^export default/m, path);
  }
});

test('comments are as wide as code', (t) => {
  const isLong = (line: string): boolean =>
    line.length > 100 && /^\s*(?:\/\*|\*(?! \|)|\/\/)/.test(line);
  const long = ['src', 'scripts', 'attestation', 'test'].flatMap((folder) =>
    filesIn(folder).flatMap(({ path, text }) =>
      text.split('\n').flatMap((line, index) => (isLong(line) ? [`${path}:${index + 1}`] : [])),
    ),
  );
  t.deepEqual(long, []);
  t.true(isLong(`  // ${'x'.repeat(96)}`) && isLong(` * ${'x'.repeat(98)}`));
  // The rows of a table.
  t.false(isLong(` * | ${'x'.repeat(98)}`));
});

test('no script of a page loads the contract or a library that checks it', (t) => {
  const scripts = new URL('dist/browser/', root);
  const names = readdirSync(scripts, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.js'),
  );
  t.true(names.length > 40);
  const loading = names.filter((name) =>
    [...readFileSync(new URL(name, scripts), 'utf8').matchAll(IMPORT)].some(([, from = '']) =>
      /^zod|\/api\//.test(from),
    ),
  );
  t.deepEqual(loading, []);
  t.deepEqual(
    names.filter((name) => name.includes('/api/')),
    [],
  );
});
