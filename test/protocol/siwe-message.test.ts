import test from 'ava';
import fc from 'fast-check';
import { SiweMessage as OracleMessage } from 'siwe';
import { parseAddress } from '../../src/protocol/address.js';
import {
  encodeSiweMessage,
  parseSiweMessage,
  type SiweMessage,
} from '../../src/protocol/siwe-message.js';

const BASE: SiweMessage = {
  domain: 'app.example:5173',
  address: parseAddress('0x7E5F4552091A69125d5DfCb7b8C2659029395Bdf'),
  statement: 'I accept.',
  uri: 'https://app.example/login',
  chainId: 1,
  nonce: 'abcdefgh12345678',
  issuedAt: '2026-01-01T00:00:00.000Z',
  expirationTime: '2026-01-01T01:00:00.000Z',
  resources: ['https://a.example/', 'urn:x:y'],
};

const word = fc.stringMatching(/^[a-z0-9]{1,12}$/);
const time = fc
  .date({ min: new Date(0), max: new Date('2100-01-01'), noInvalidDate: true })
  .map((date) => date.toISOString());
const optional = <T>(key: string, value: fc.Arbitrary<T>): fc.Arbitrary<object> =>
  fc.option(
    value.map((present) => ({ [key]: present })),
    { nil: {} },
  );

const messages: fc.Arbitrary<SiweMessage> = fc
  .tuple(
    fc.record({
      domain: fc
        .tuple(word, fc.integer({ min: 1, max: 65_535 }))
        .map(([host, port]) => `${host}.example:${port}`),
      uri: word.map((path) => `https://app.example/${path}`),
      chainId: fc.integer({ min: 1, max: 1_000_000 }),
      nonce: fc.stringMatching(/^[A-Za-z0-9]{8,20}$/),
      issuedAt: time,
    }),
    optional('statement', fc.stringMatching(/^[A-Za-z][A-Za-z0-9 .,:'/?=+-]{0,80}$/)),
    optional('expirationTime', time),
    optional('notBefore', time),
    optional('requestId', word),
    optional(
      'resources',
      fc.array(
        word.map((path) => `urn:x:${path}`),
        { maxLength: 4 },
      ),
    ),
  )
  .map((parts) => Object.assign({ address: BASE.address }, ...parts) as SiweMessage);

test('what is written is read again as it was', (t) => {
  fc.assert(
    fc.property(messages, (message) => {
      t.deepEqual(parseSiweMessage(encodeSiweMessage(message)), message);
    }),
  );
});

test('the siwe library writes the same text and reads the same fields', (t) => {
  fc.assert(
    fc.property(messages, (message) => {
      const text = encodeSiweMessage(message);
      const oracle = new OracleMessage(text);
      t.is(oracle.prepareMessage(), text);
      t.is(oracle.domain, message.domain);
      t.is(oracle.nonce, message.nonce);
      t.is(oracle.expirationTime, message.expirationTime);
    }),
  );
});

test('a text with one character changed is not read as the same request', (t) => {
  const text = encodeSiweMessage(BASE);
  fc.assert(
    fc.property(
      fc.nat(text.length - 1),
      fc.constantFrom('\n', ' ', '0', 'x', '\r', '"', 'ü'),
      (at, other) => {
        fc.pre(text.charAt(at) !== other);
        const changed = text.slice(0, at) + other + text.slice(at + 1);
        try {
          t.notDeepEqual(parseSiweMessage(changed), BASE);
        } catch (error) {
          t.like(error, { code: 'ERR_SIWE_INVALID' });
        }
      },
    ),
  );
});

const TEXT = encodeSiweMessage(BASE);
const BROKEN: readonly (readonly [string, string])[] = [
  ['a line feed at the end', `${TEXT}\n`],
  ['carriage returns', TEXT.replaceAll('\n', '\r\n')],
  ['a lower-case address', TEXT.replace(BASE.address, BASE.address.toLowerCase())],
  ['another version', TEXT.replace('Version: 1', 'Version: 2')],
  ['a chain with a leading zero', TEXT.replace('Chain ID: 1', 'Chain ID: 01')],
  ['no chain', TEXT.replace('Chain ID: 1\n', '')],
  ['a short nonce', TEXT.replace(BASE.nonce, 'abc')],
  ['a nonce with a sign', TEXT.replace(BASE.nonce, 'abcdefgh-1')],
  ['a date without time', TEXT.replace(BASE.issuedAt, '2026-01-01')],
  ['a month that is none', TEXT.replace(BASE.issuedAt, '2026-13-01T00:00:00Z')],
  ['fields in another order', TEXT.replace(/(Nonce: .*)\n(Issued At: .*)/, '$2\n$1')],
  ['a field twice', TEXT.replace('Version: 1', 'Version: 1\nVersion: 1')],
  ['a second statement', TEXT.replace('I accept.', 'I accept.\nAnd more.')],
  ['a domain with a path', TEXT.replace('app.example:5173 wants', 'app.example/x wants')],
  ['a domain with a user', TEXT.replace('app.example:5173 wants', 'a@app.example wants')],
  ['text after the resources', `${TEXT}\nmore`],
  ['nothing', ''],
];
for (const [what, text] of BROKEN) {
  test(`a text with ${what} is no request`, (t) => {
    t.throws(() => parseSiweMessage(text), { code: 'ERR_SIWE_INVALID' });
  });
}
