/**
 * Tests the parser of signing requests: it depends on the bytes alone, whatever the format, and is
 * strict.
 */
import * as fc from 'fast-check';
import { utf8 } from '../../src/protocol/bytes.js';
import { personalMessageDigest } from '../../src/protocol/eip191.js';
import {
  MAX_MESSAGE_BYTES,
  parseSigningBytes,
  parseSigningRequest,
} from '../../src/signing/signing-request.js';
import { test } from '../test.js';
import { composeRequest, createOneUser, rightOver, spaceOf } from './one-user.js';

const { key } = createOneUser();
const recap = rightOver(`${spaceOf(key.address, 'default')}/kv`, 'tinycloud.kv/get');
const good = composeRequest(key, recap);
const [urn = ''] = /urn:recap:\S+/.exec(good) ?? [];
const other = rightOver(`${spaceOf(key.address, 'public')}/kv`, 'tinycloud.kv/get');
const [otherUrn = ''] = /urn:recap:\S+/.exec(composeRequest(key, other)) ?? [];
const plain = good.replace(/\nResources:[^]*$/, '');

const contentOf = (text: string) => parseSigningRequest(text, 'personal_sign').content;

test('each kind of request is recognized, and a lookalike is malformed with the reason', (t) => {
  const rows: readonly (readonly [what: string, text: string, kind: string, code?: string])[] = [
    ['text', 'hello', 'text'],
    ['nothing', '', 'text'],
    ['a strict ReCap request', good, 'recap'],
    ['a sign-in without resources', plain, 'sign-in'],
    ['a sign-in whose statement names a ReCap', plain.replace('I further', urn), 'sign-in'],
    ['a request with a line too many', `${good}\n`, 'malformed', 'ERR_SIWE_INVALID'],
    ['a request with a line before it', `\n${good}`, 'malformed', 'ERR_SIWE_INVALID'],
    ['other line ends', good.replaceAll('\n', '\r\n'), 'malformed', 'ERR_SIWE_INVALID'],
    ['the heading alone', good.split('\n')[0] ?? '', 'malformed', 'ERR_SIWE_INVALID'],
    [
      'the heading in upper case',
      (good.split('\n')[0] ?? '').toUpperCase(),
      'malformed',
      'ERR_SIWE_INVALID',
    ],
    ['a ReCap in plain text', `see ${urn}`, 'malformed', 'ERR_SIWE_INVALID'],
    ['a ReCap in upper case', 'URN:RECAP:e30', 'malformed', 'ERR_SIWE_INVALID'],
    [
      'two ReCaps',
      good.replace(`- ${urn}`, `- ${otherUrn}\n- ${urn}`),
      'malformed',
      'ERR_RECAP_SEVERAL',
    ],
    [
      'a ReCap before another resource',
      `${good}\n- https://x.example`,
      'malformed',
      'ERR_RECAP_NOT_LAST',
    ],
    ['a ReCap of other rights', good.replace(urn, otherUrn), 'malformed', 'ERR_RECAP_STATEMENT'],
    ['a ReCap that is none', good.replace(urn, 'urn:recap:e30'), 'malformed', 'ERR_RECAP_INVALID'],
    [
      'another spelling',
      good.replace('urn:recap:', 'URN:RECAP:'),
      'malformed',
      'ERR_RECAP_INVALID',
    ],
  ];
  for (const [what, text, kind, code] of rows) {
    const content: { readonly kind: string; readonly code?: string } = contentOf(text);
    t.is(content.kind, kind, what);
    t.is(content.code, code, what);
  }
  t.is(parseSigningRequest('0xff', 'raw').content.kind, 'bytes');
});

test('a malformed request states whether it may claim rights and keeps a valid message', (t) => {
  t.like(contentOf(`${good}\n`), { claims: true, message: undefined });
  t.like(contentOf(`${plain}\n`), { claims: false, message: undefined });
  t.like(contentOf(good.replace(urn, otherUrn)), {
    claims: true,
    message: { domain: 'app.example' },
  });
});

test('the content and the digest depend on the bytes and not on their format', (t) => {
  for (const text of ['hello', good, plain, `${good}\n`]) {
    const raw = parseSigningRequest(`0x${Buffer.from(text).toString('hex')}`, 'raw');
    t.deepEqual(raw, parseSigningRequest(text, 'personal_sign'));
    t.deepEqual(raw, parseSigningBytes(utf8(text)));
    t.deepEqual(raw.digest, personalMessageDigest(utf8(text)));
  }
});

test('a message that its format does not allow or that is too large is refused', (t) => {
  const codeOf = (message: string, format: 'personal_sign' | 'raw') =>
    t.throws(() => parseSigningRequest(message, format), undefined, message.slice(0, 20));
  for (const message of ['hello', '0x0', '0xzz', '00', '0X00']) {
    t.like(codeOf(message, 'raw'), { code: 'ERR_MESSAGE_INVALID' });
  }
  t.like(codeOf('a\ud800', 'personal_sign'), { code: 'ERR_MESSAGE_INVALID' });
  const most = 'a'.repeat(MAX_MESSAGE_BYTES);
  t.is(parseSigningRequest(most, 'personal_sign').bytes.length, MAX_MESSAGE_BYTES);
  t.like(codeOf(`${most}a`, 'personal_sign'), { code: 'ERR_MESSAGE_TOO_LARGE' });
  t.like(codeOf('é'.repeat(MAX_MESSAGE_BYTES / 2 + 1), 'personal_sign'), {
    code: 'ERR_MESSAGE_TOO_LARGE',
  });
});

test('no text makes the parser throw an unexpected error', (t) => {
  const piece = fc.constantFrom(...good.split('\n'), urn, '\r', ' ', 'urn:recap:', '\u0000');
  fc.assert(
    fc.property(fc.array(fc.oneof(piece, fc.string())), (pieces) => {
      contentOf(pieces.join('\n').toWellFormed());
      return true;
    }),
    { seed: 20_261_128, numRuns: 1_000 },
  );
  t.pass();
});
