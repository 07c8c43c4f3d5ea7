/** Tests that publisher and verifier share one implementation of what they must agree on. */
import { readdirSync, readFileSync } from 'node:fs';
import { test } from '../test.js';

const root = new URL('../../../', import.meta.url);

type Source = { readonly path: string; readonly text: string };

const sourcesIn = (folder: string): readonly Source[] =>
  readdirSync(new URL(`${folder}/`, root), { recursive: true })
    .map((name) => `${folder}/${String(name)}`)
    .filter((path) => path.endsWith('.ts') && !path.includes('/dist/'))
    .map((path) => ({ path, text: readFileSync(new URL(path, root), 'utf8') }));

const SOURCES = [...sourcesIn('src'), ...sourcesIn('attestation')];
const holding = (what: RegExp): readonly string[] =>
  SOURCES.filter(({ text }) => what.test(text)).map(({ path }) => path);

const ONLY: readonly (readonly [what: string, sign: RegExp, at: readonly string[]])[] = [
  ['the statement is hashed', /createHash\('sha512'\)/, ['attestation/schema/statement.ts']],
  ['the statement has a shape', /statementSchema = /, ['attestation/schema/statement.ts']],
  ['the tag of the possession proof', /sealwright\.pop\.v1/, ['attestation/schema/statement.ts']],
  [
    'the purpose of a statement',
    /'sealwright\.attestation\.v1'/,
    ['attestation/schema/statement.ts'],
  ],
  ['the shape of a document', /documentSchema = /, ['attestation/schema/document.ts']],
  ['the shape of a receipt', /receiptSchema = /, ['attestation/schema/receipt.ts']],
  ['a quote is read', /939a7233f79c4ca9940a0db3957f0607/, ['attestation/evidence/tdx-quote.ts']],
  ['a function reads quotes', /function parseQuote\b/, ['attestation/evidence/tdx-quote.ts']],
  ["a quote's report data, at 568", /\b568\b/, []],
  ['a measurement is hashed', /createHash\('sha384'\)/, ['attestation/bytes.ts']],
  [
    'the compose file is hashed',
    /function composeHashOf\b/,
    ['attestation/evidence/compose-hash.ts'],
  ],
  // Once on each side of the verifier's boundary. The audit trail hashes several parts.
  [
    'SHA-256 in hex',
    /createHash\('sha256'\)[^;]*\.digest\('hex'\)|\bhash\('sha256', [^;]*'hex'\)/,
    ['src/protocol/bytes.ts', 'attestation/bytes.ts', 'attestation/schema/audit.ts'],
  ],
  ['bytes in hex', /\bhex = \(bytes/, ['attestation/bytes.ts']],
  ['the loopback hosts', /'\[::1\]'/, ['src/protocol/loopback.ts', 'attestation/loopback.ts']],
  ['the chain of custody', /dstack-kms-issued:/, ['attestation/evidence/signature-chain.ts']],
];

for (const [what, sign, at] of ONLY) {
  test(`${what} exists in one place only`, (t) => {
    // The table of offsets at the beginning of the parser contains their names.
    const found = holding(sign).filter((path) => at.length > 0 || path.startsWith('src/'));
    t.deepEqual(found, at);
  });
}

test('the publisher imports statement, document and receipt from the verifier', (t) => {
  const imports = sourcesIn('src/evidence').flatMap(({ text }) => [
    ...text.matchAll(/from '\.\.\/\.\.\/attestation\/([^']+)'/g),
  ]);
  const taken = new Set(imports.map(([, path]) => path));
  for (const name of ['statement', 'document', 'receipt']) t.true(taken.has(`schema/${name}.js`));
  t.true(taken.has('evidence/tdx-quote.js'));
});

test('the verifier imports nothing from the service', (t) => {
  const outside = sourcesIn('attestation').filter(({ text }) =>
    /from '(?:\.\.\/)+src\//.test(text),
  );
  t.deepEqual(outside, []);
});
