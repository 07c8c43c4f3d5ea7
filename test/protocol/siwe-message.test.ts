import { test } from '../test.js';
import * as fc from 'fast-check';
import { SiweMessage as SiweOracle } from 'siwe';
import { ServiceError } from '../../src/errors.js';
import { parseAddress } from '../../src/protocol/address.js';
import {
  encodeSiweMessage,
  parseSiweMessage,
  type SiweMessage,
} from '../../src/protocol/siwe-message.js';
import { damaged, siweMessage } from './arbitraries.js';
import { codeOf, readsOtherwise } from './code-of.js';

const EXAMPLE: SiweMessage = {
  scheme: 'https',
  domain: 'example.com:3388',
  address: parseAddress('0xC02aaA39b223FE8D0A0e5C4F27eAD9083C756Cc2'),
  statement: 'I accept the ExampleOrg Terms of Service: https://example.com/tos',
  uri: 'https://example.com/login',
  chainId: 1,
  nonce: '32891756',
  issuedAt: '2021-09-30T16:25:24Z',
  resources: [
    'ipfs://bafybeiemxf5abjwjbikoz4mc3a3dla6ual3jsgpdr4cjr3oz3evfyavhwq/',
    'https://example.com/my-web2-claim.json',
  ],
};

// The third example of EIP-4361 with the port of the second. The other examples omit parts of it.
const TEXT = `https://example.com:3388 wants you to sign in with your Ethereum account:
0xC02aaA39b223FE8D0A0e5C4F27eAD9083C756Cc2

I accept the ExampleOrg Terms of Service: https://example.com/tos

URI: https://example.com/login
Version: 1
Chain ID: 1
Nonce: 32891756
Issued At: 2021-09-30T16:25:24Z
Resources:
- ipfs://bafybeiemxf5abjwjbikoz4mc3a3dla6ual3jsgpdr4cjr3oz3evfyavhwq/
- https://example.com/my-web2-claim.json`;

const FULL: SiweMessage = {
  ...EXAMPLE,
  expirationTime: '2021-09-30T17:25:24Z',
  notBefore: '2021-09-30T16:25:24Z',
  requestId: 'r-1',
};

/** Returns the field in the error of a call. */
function fieldOf(call: () => unknown): unknown {
  try {
    call();
  } catch (error) {
    return (
      error instanceof ServiceError && error.code === 'ERR_SIWE_INVALID' && error.detail['field']
    );
  }
  return undefined;
}

test('the example of EIP-4361 is written and read', (t) => {
  t.is(encodeSiweMessage(EXAMPLE), TEXT);
  t.deepEqual(parseSiweMessage(TEXT), EXAMPLE);
});

test('a message without a statement keeps two empty lines', (t) => {
  const { statement, ...rest } = EXAMPLE;
  const text = TEXT.replace(`${statement}\n`, '');
  t.is(encodeSiweMessage(rest), text);
  t.deepEqual(parseSiweMessage(text), rest);
});

test('an empty list of resources is written as a heading without lines', (t) => {
  const message = { ...EXAMPLE, resources: [] };
  t.true(encodeSiweMessage(message).endsWith('\nResources:'));
  t.deepEqual(parseSiweMessage(encodeSiweMessage(message)), message);
});

test('the error names the invalid field', (t) => {
  const wrong: Readonly<Record<string, readonly unknown[]>> = {
    scheme: ['', '1a', 'a/b'],
    domain: ['', 'a b', 'u@a', 'a:0', 'a/b'],
    address: [EXAMPLE.address.toLowerCase(), '0x', 'vitalik.eth'],
    statement: ['', 'a\nb', 'a\rb', 'é', '100%', '"', 'a\tb'],
    uri: ['', 'a', '/login', 'a b', 'https://[::::]/'],
    chainId: [0, -1, 1.5, Number.NaN, 2 ** 53],
    nonce: ['', '1234567', '1234567-', '12345678 '],
    issuedAt: ['', '2026-02-31T00:00:00Z', '2026-01-01', 'now'],
    expirationTime: ['', '2026-01-01T24:00:00Z'],
    notBefore: ['', '2026-13-01T00:00:00Z'],
    requestId: ['a b', 'a/b', '%', 'é'],
    resources: [['a'], ['https://example.com', ''], ['a:b\n- c:d']],
  };
  for (const [field, values] of Object.entries(wrong)) {
    for (const value of values) {
      const message = { ...EXAMPLE, [field]: value };
      t.is(
        fieldOf(() => encodeSiweMessage(message)),
        field,
        JSON.stringify(value),
      );
    }
  }
});

test('every line is required once and in its place', (t) => {
  const lines = encodeSiweMessage(FULL).split('\n');
  const { length } = lines;
  for (let at = 0; at < length; at += 1) {
    const [line = ''] = lines.slice(at);
    const twice = lines.toSpliced(at, 0, line).join('\n');
    const missing = lines.toSpliced(at, 1).join('\n');
    for (const text of [twice, missing]) {
      if (codeOf(() => parseSiweMessage(text)) === undefined) {
        t.notDeepEqual(parseSiweMessage(text), FULL, line);
        t.regex(line, /^(?:I accept|Expiration|Not Before|Request|- )/, line);
      }
    }
  }
});

test('swapped lines are rejected', (t) => {
  const lines = encodeSiweMessage({ ...FULL, resources: [] }).split('\n');
  for (let at = 0; at + 1 < lines.length; at += 1) {
    const [first = '', second = ''] = lines.slice(at);
    const text = lines.toSpliced(at, 2, second, first).join('\n');
    t.is(
      codeOf(() => parseSiweMessage(text)),
      'ERR_SIWE_INVALID',
      `${first} | ${second}`,
    );
  }
});

test('other line endings, extra lines and extra spaces are rejected', (t) => {
  const texts = [
    '',
    '\n',
    TEXT.replaceAll('\n', '\r\n'),
    TEXT.replaceAll('\n', '\r'),
    TEXT.replace('\n', '\r\n'),
    `${TEXT}\n`,
    `${TEXT}\n- `,
    `${TEXT}\n\n`,
    `\n${TEXT}`,
    ` ${TEXT}`,
    `\u{feff}${TEXT}`,
    `${TEXT} `,
    `${TEXT}\nVersion: 1`,
    TEXT.replace('URI: ', 'URI:'),
    TEXT.replace('URI: ', 'URI:  '),
    TEXT.replace('URI: ', 'uri: '),
    TEXT.replace('Version: 1', 'Version: 2'),
    TEXT.replace('Version: 1', 'Version: 01'),
    TEXT.replace('Chain ID: 1', 'Chain ID: 01'),
    TEXT.replace('Chain ID: 1', 'Chain ID: 0x1'),
    TEXT.replace('Chain ID: 1', 'Chain ID: 9007199254740993'),
    TEXT.replace('- ipfs', '-ipfs'),
    TEXT.replace('- ipfs', '* ipfs'),
    TEXT.replace('your Ethereum', 'your ethereum'),
    TEXT.replace(EXAMPLE.address, EXAMPLE.address.toLowerCase()),
    TEXT.replace('https://example.com:3388', 'https://https://example.com:3388'),
    TEXT.replace('https://example.com:3388', '://example.com:3388'),
    TEXT.replace('\n\nI accept', '\nI accept'),
    TEXT.replace('I accept', 'I\naccept'),
  ];
  for (const text of texts)
    t.is(
      codeOf(() => parseSiweMessage(text)),
      'ERR_SIWE_INVALID',
      text,
    );
});

test('every message round-trips, and no other text parses to it', (t) => {
  fc.assert(
    fc.property(siweMessage, (x) => t.deepEqual(parseSiweMessage(encodeSiweMessage(x)), x)),
  );
  const damage = damaged(siweMessage, encodeSiweMessage);
  fc.assert(
    fc.property(damage, ([x, text]) => readsOtherwise(parseSiweMessage, text, x)),
    { numRuns: 500 },
  );
});

test('a damaged text that still parses is written back unchanged', (t) => {
  fc.assert(
    fc.property(damaged(siweMessage, encodeSiweMessage), ([, text]) => {
      if (codeOf(() => parseSiweMessage(text)) !== undefined) return true;
      return encodeSiweMessage(parseSiweMessage(text)) === text;
    }),
    { numRuns: 500 },
  );
  t.pass();
});

/** Returns the fields that the reference library parses from a text. */
function oracleReading(text: string): Record<string, unknown> {
  const known = Object.entries(new SiweOracle(text)).filter(([, value]) => value !== undefined);
  return Object.fromEntries(known.filter(([name]) => name !== 'version'));
}

test('the reference library reads the same fields and writes the same text', (t) => {
  fc.assert(
    fc.property(siweMessage, (message) => {
      const text = encodeSiweMessage(message);
      t.deepEqual(oracleReading(text), { ...message });
      t.is(new SiweOracle(text).prepareMessage(), text);
    }),
    { numRuns: 60 },
  );
});

test('the reference library reads every text that parses here, including damaged ones', (t) => {
  fc.assert(
    fc.property(damaged(siweMessage, encodeSiweMessage), ([, text]) => {
      if (codeOf(() => parseSiweMessage(text)) !== undefined) return;
      t.deepEqual(oracleReading(text), { ...parseSiweMessage(text) });
    }),
    { numRuns: 150 },
  );
});
