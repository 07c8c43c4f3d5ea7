/**
 * The first layer of a review: few lines, grave ones first, and a full list that leaves nothing
 * out.
 */
import fc from 'fast-check';
import { parseAddress, parseLowerCaseAddress } from '../../src/protocol/address.js';
import { createRecap, parseRecapRequest, withRecap } from '../../src/protocol/recap.js';
import { encodeSiweMessage, parseSiweMessage } from '../../src/protocol/siwe-message.js';
import { composeAppSignIn } from '../../src/program-client/app-sign-in.js';
import { describeRights } from '../../src/signing/review/statements.js';
import { findWarnings } from '../../src/signing/review/warnings.js';
import { ENGLISH_WORDS, REVIEW_WORDS, type ReviewWords } from '../../src/languages/review-words.js';
import { placeRight } from '../../src/signing/review/summary/place-right.js';
import { rightPairsOf } from '../../src/signing/review/summary/right-pairs.js';
import { summarize } from '../../src/signing/review/summary/summarize.js';
import { parseSigningRequest, type RecapContent } from '../../src/signing/signing-request.js';
import { test } from '../test.js';

const OWN = parseAddress('0x43c410843B38A358bdec98c02C13F59d45a51085');
const OTHER = parseLowerCaseAddress('0x9a3e1c2c4b2b5bca8b0ea0c5aa6a4bb1c03e41cf');
const NOW_MS = Date.UTC(2026, 10, 28, 13, 34);

/** The summary of a request that has one. */
function summarizeRights(content: RecapContent, nowMs: number) {
  const { domain } = content.message;
  const warnings = findWarnings(content, describeRights(content.rights, OWN), domain, nowMs);
  const summary = summarize(content, warnings, nowMs);
  if (summary === null) throw new TypeError('no summary');
  return summary;
}

type Entry = readonly [resource: string, ability: string];

const own = (rest: string): string => `tinycloud:pkh:eip155:1:${OWN}:${rest}`;

function contentOf(entries: readonly Entry[], lifetimeMs = 3_600_000): RecapContent {
  const message = withRecap(
    {
      domain: 'notes.example',
      address: OWN,
      uri: 'did:key:z6MkpGY8zisL5GgtPSk6654c3S4318u269ypTkkktF78NUe4#z6MkpGY8zisL5GgtPSk6654c3S4318u269ypTkkktF78NUe4',
      chainId: 1,
      nonce: 'abcdefgh',
      issuedAt: new Date(NOW_MS).toISOString(),
      expirationTime: new Date(NOW_MS + lifetimeMs).toISOString(),
    },
    createRecap(entries.map(([resource, ability]) => [resource, [ability]])),
  );
  return contentOfText(encodeSiweMessage(message));
}

function contentOfText(text: string): RecapContent {
  const { content } = parseSigningRequest(text, 'personal_sign');
  if (content.kind !== 'recap') throw new TypeError(content.kind);
  return content;
}

const RESOURCES: readonly string[] = [
  ...['default', 'account', 'applications', 'public', 'secrets', 'mine'].flatMap((space) => [
    own(`${space}/kv`),
    own(`${space}/kv/notes/`),
    own(`${space}/sql`),
    own(`${space}/sql/account`),
    own(`${space}/capabilities`),
    own(`${space}/delegation`),
    own(`${space}/space`),
  ]),
  own('account/kv/applications/'),
  own('default/kv//'),
  `tinycloud:pkh:eip155:1:${OTHER}:default/kv`,
  `tinycloud:pkh:eip155:10:${OWN}:default/kv`,
  `urn:tinycloud:encryption:did:pkh:eip155:1:${OWN}:default`,
  `urn:tinycloud:encryption:did:pkh:eip155:1:${OTHER}:default`,
  'https://elsewhere.example/thing',
];

const ABILITIES: readonly string[] = [
  ...['get', 'list', 'metadata', 'put', 'del', 'delete', 'strange'].map(
    (each) => `tinycloud.kv/${each}`,
  ),
  ...['read', 'select', 'write', 'schema', 'admin', '*'].map((each) => `tinycloud.sql/${each}`),
  'tinycloud.capabilities/read',
  'tinycloud.delegation/list',
  'tinycloud.space/host',
  'tinycloud.encryption/decrypt',
  'tinycloud.encryption/network.create',
  'other/right',
];

const anyEntry = fc.tuple(fc.constantFrom(...RESOURCES), fc.constantFrom(...ABILITIES));
const anyEntries = fc.uniqueArray(anyEntry, {
  minLength: 1,
  maxLength: 40,
  selector: ([resource, ability]) => `${resource} ${ability}`,
});

test('every right is in the full list and counted by exactly one line', (t) => {
  const holds = fc.property(anyEntries, (entries) => {
    const content = contentOf(entries);
    const { lines, rights: count } = summarizeRights(content, NOW_MS);
    const listed = describeRights(content.rights, OWN).flatMap(({ resource, abilities }) =>
      abilities.map((ability) => `${resource} ${ability}`),
    );
    t.is(count, entries.length);
    t.deepEqual(listed.toSorted(), entries.map((entry) => entry.join(' ')).toSorted());
    t.is(
      lines.reduce((sum, { rights }) => sum + rights, 0),
      count,
    );
    t.true(lines.length <= 5);
  });
  fc.assert(holds, { seed: 7, numRuns: 500 });
});

/** What a person is told about a request in a language. */
function toldIn(words: ReviewWords, content: RecapContent) {
  const statements = describeRights(content.rights, OWN, words);
  const warnings = findWarnings(content, statements, 'other.example', NOW_MS + 600_000, words);
  const summary = summarize(content, warnings, NOW_MS, { words });
  const lines = summary?.lines ?? [];
  return {
    shape: [
      statements.map(({ kind, severity }) => [kind, severity]),
      warnings.map(({ id }) => id),
      lines.map(({ level, subject, rights, parts }) => [level, subject, rights, parts.length]),
    ],
    texts: [
      summary?.want ?? '',
      ...statements.flatMap(({ text, contents = '' }) => [text, contents]),
      ...warnings.map(({ text }) => text),
      ...lines.flatMap(({ title, detail, reach = '', parts }) => [
        title,
        detail,
        reach,
        ...parts.flatMap((part) => [part.title, part.detail]),
      ]),
    ],
  };
}

test('in German a person is told the same, and every sentence is German', (t) => {
  const holds = fc.property(anyEntries, fc.integer({ min: 1, max: 900 }), (entries, hours) => {
    const content = contentOf(entries, hours * 3_600_000);
    const [english, german] = [REVIEW_WORDS.en, REVIEW_WORDS.de].map((words) =>
      toldIn(words, content),
    );
    t.deepEqual(german?.shape, english?.shape);
    t.is(german?.texts.length, english?.texts.length);
    const same = german?.texts.filter((text, at) => text !== '' && text === english?.texts[at]);
    t.deepEqual(same, []);
  });
  fc.assert(holds, { seed: 7, numRuns: 300 });
});

test('a dangerous right makes its line dangerous, and dangerous lines come first', (t) => {
  const holds = fc.property(anyEntries, (entries) => {
    const content = contentOf(entries);
    const { lines } = summarizeRights(content, NOW_MS);
    const levels = rightPairsOf(content.rights).map(
      (pair) => placeRight(ENGLISH_WORDS, pair, { address: OWN, chainId: 1 }).level,
    );
    const dangerous = levels.filter((level) => level === 'danger').length;
    const shown = lines.filter(({ level }) => level === 'danger');
    const counted = shown.reduce((sum, { rights }) => sum + rights, 0);
    t.true(counted >= dangerous, JSON.stringify(lines));
    if (dangerous === 0) t.is(shown.length, 0);
    else t.is(lines[0]?.level, 'danger');
  });
  fc.assert(holds, { seed: 8, numRuns: 500 });
});

test('one more right changes a line or the count', (t) => {
  const holds = fc.property(anyEntries, anyEntry, (entries, extra) => {
    const before = summarizeRights(contentOf(entries), NOW_MS);
    const after = summarizeRights(contentOf([...entries, extra]), NOW_MS);
    const isNew = !entries.some(
      ([resource, ability]) => resource === extra[0] && ability === extra[1],
    );
    t.is(after.rights > before.rights, isNew);
  });
  fc.assert(holds, { seed: 9, numRuns: 300 });
});

test('the order in which an app lists its rights changes nothing', (t) => {
  const holds = fc.property(anyEntries, (entries) => {
    t.deepEqual(
      summarizeRights(contentOf(entries.toReversed()), NOW_MS),
      summarizeRights(contentOf(entries), NOW_MS),
    );
  });
  fc.assert(holds, { seed: 10, numRuns: 200 });
});

test('the sign-in of a TinyCloud SDK has three plain lines', (t) => {
  const { siwe } = composeAppSignIn(OWN, 'notes.example', NOW_MS);
  const summary = summarizeRights(contentOfText(siwe), NOW_MS);
  t.is(parseSiweMessage(siwe).domain, 'notes.example');
  t.is(summary.want, 'read, change, and delete everything in your default space');
  t.deepEqual(
    summary.lines.map(({ level, title, detail, reach = '' }) => [level, title, detail, reach]),
    [
      ['plain', 'All your files', 'Read, add, change, delete.', 'Also what other apps keep there.'],
      ['plain', 'All your databases', 'Read, change, delete.', 'Also those of other apps.'],
      ['plain', 'Usual TinyCloud upkeep', 'Lists of your apps and spaces · 14 rights', ''],
    ],
  );
});

test('rights that are unusual stand out with their reason', (t) => {
  const summary = summarizeRights(
    contentOf(
      [
        [own('secrets/kv'), 'tinycloud.kv/get'],
        [`tinycloud:pkh:eip155:1:${OTHER}:photos/kv`, 'tinycloud.kv/get'],
        [own('default/kv/gallery/'), 'tinycloud.kv/put'],
      ],
      10 * 86_400_000,
    ),
    NOW_MS,
  );
  t.is(summary.want, 'use your secrets and use what is not yours');
  t.deepEqual(
    summary.lines.map(({ level, title }) => `${level}: ${title}`),
    [
      'danger: All your secrets',
      'danger: The space “photos” of 0x9a3e…41Cf',
      'notice: 10 days',
      'plain: Files under “gallery/”',
    ],
  );
});

test('only the exact rights of the upkeep are folded into it', (t) => {
  const strangers: readonly Entry[] = [
    [own('account/kv/applications/notes'), 'tinycloud.kv/get'],
    [own('account/kv/applications/'), 'tinycloud.kv/del'],
    [own('account/kv'), 'tinycloud.kv/get'],
    [own('account/sql'), 'tinycloud.sql/read'],
    [own('account/sql/account'), 'tinycloud.sql/admin'],
    [`tinycloud:pkh:eip155:10:${OWN}:account/delegation`, 'tinycloud.delegation/list'],
  ];
  for (const entry of strangers) {
    const { lines } = summarizeRights(contentOf([entry]), NOW_MS);
    t.deepEqual(
      lines.map(({ level }) => level),
      ['danger'],
      entry.join(' '),
    );
  }
});

test('what is unusual about the form of a request has a line of its own', (t) => {
  const entries: readonly Entry[] = [[own('default/kv//'), 'tinycloud.kv/get']];
  const { message, recap } = parseRecapRequest(contentOf(entries).text);
  const text = encodeSiweMessage({
    ...message,
    domain: 'xn--ntes-0ra.example',
    uri: 'https://keys.example/lasting',
    issuedAt: new Date(NOW_MS - 3_600_000).toISOString(),
  });
  t.is(recap.attenuations.size, 1);
  const { lines } = summarizeRights(contentOfText(text), NOW_MS);
  const titles = new Set(
    lines.flatMap(({ title, parts }) => [title, ...parts.map((part) => part.title)]),
  );
  t.is(lines[0]?.level, 'danger');
  for (const title of [
    'It goes to a lasting key',
    'An unusual spelling: xn--ntes-0ra.example',
    'Made at another time',
    'An odd path',
  ]) {
    t.true(titles.has(title), title);
  }
});
