/** Generates well-formed values, and damages their encoded forms. */
import * as fc from 'fast-check';
import { addressOfPublicKey, type Address } from '../../src/protocol/address.js';
import { cidOf } from '../../src/protocol/cid.js';
import { encodeKeyDid, verificationMethodOf, type WalletDid } from '../../src/protocol/did.js';
import type { NetworkId } from '../../src/protocol/network-id.js';
import { createRecap, type Recap } from '../../src/protocol/recap.js';
import { encodeResource, type SpaceResource } from '../../src/protocol/resource.js';
import type { SiweMessage } from '../../src/protocol/siwe-message.js';
import type { SpaceId } from '../../src/protocol/space-id.js';

const LOWER = 'abcdefghijklmnopqrstuvwxyz';
const DIGITS = '0123456789';
const UNRESERVED = `${LOWER}${LOWER.toUpperCase()}${DIGITS}-._~`;

export const bytesOf = (length: number): fc.Arbitrary<Uint8Array> =>
  fc.uint8Array({ minLength: length, maxLength: length });

export const someBytes: fc.Arbitrary<Uint8Array> = fc.uint8Array({ maxLength: 100 });

/** Generates texts over an alphabet, with lengths from `min` to `max`. */
export const textOf = (alphabet: string, min: number, max: number): fc.Arbitrary<string> =>
  fc.string({ unit: fc.constantFrom(...alphabet.split('')), minLength: min, maxLength: max });

export const address: fc.Arbitrary<Address> = bytesOf(64).map((key) =>
  addressOfPublicKey(Uint8Array.of(4, ...key)),
);

export const chainId: fc.Arbitrary<number> = fc.oneof(
  fc.integer({ min: 1, max: 100_000 }),
  fc.maxSafeNat().map((n) => n || 1),
);

export const walletDid: fc.Arbitrary<WalletDid> = fc.record({ chainId, address });

export const keyDid: fc.Arbitrary<string> = bytesOf(32).map(encodeKeyDid);

export const space: fc.Arbitrary<SpaceId> = fc.record({
  owner: walletDid,
  name: textOf(UNRESERVED, 1, 20),
});

export const network: fc.Arbitrary<NetworkId> = fc.record({
  owner: walletDid,
  name: fc
    .tuple(textOf(LOWER, 1, 1), textOf(`${LOWER}${DIGITS}-`, 0, 12))
    .map((parts) => parts.join('')),
});

const isDots = (segment: string): boolean => segment === '.' || segment === '..';

/** Generates paths of characters that a statement allows, without percent signs and apostrophes. */
export const plainPath: fc.Arbitrary<string> = fc
  .array(
    textOf(`${UNRESERVED}!$&()*+,;=:@`, 0, 6).filter((part) => !isDots(part)),
    {
      maxLength: 4,
    },
  )
  .map((segments) => segments.join('/'));

export const spaceResource = (path: fc.Arbitrary<string>): fc.Arbitrary<SpaceResource> =>
  fc.record(
    {
      kind: fc.constant('space' as const),
      space,
      service: fc.constantFrom('kv', 'sql', 'capabilities', 'space'),
      path,
    },
    { requiredKeys: ['kind', 'space', 'service'] },
  );

export const cid: fc.Arbitrary<string> = someBytes.map(cidOf);

export const ability: fc.Arbitrary<string> = fc
  .tuple(textOf('ab.-+*', 1, 3), textOf('xy.-+*', 1, 3))
  .map(([namespace, name]) => `${namespace}/${name}`);

export const recapEntries: fc.Arbitrary<(readonly [string, readonly string[]])[]> = fc.array(
  fc.tuple(
    spaceResource(plainPath).map(encodeResource),
    fc.array(ability, { minLength: 1, maxLength: 4 }),
  ),
  { minLength: 1, maxLength: 4 },
);

export const recap: fc.Arbitrary<Recap> = fc
  .tuple(recapEntries, fc.array(cid, { maxLength: 2 }))
  .map(([entries, parents]) => createRecap(entries, parents));

const time: fc.Arbitrary<string> = fc.oneof(
  fc
    .date({
      min: new Date('0001-01-01T00:00:00Z'),
      max: new Date('9999-12-31T23:59:59Z'),
      noInvalidDate: true,
    })
    .map((date) => date.toISOString()),
  fc.constantFrom('2024-02-29T23:59:59Z', '2026-01-01T00:00:00.123456789+05:30'),
);

const uri: fc.Arbitrary<string> = fc.oneof(
  keyDid.map(verificationMethodOf),
  fc.webUrl({ withQueryParameters: true, withFragments: true }),
  cid.map((text) => `ucan:${text}`),
);

/** Generates messages in which every optional member is independently present or absent. */
export const siweMessage: fc.Arbitrary<SiweMessage> = fc.record(
  {
    scheme: fc.constantFrom('https', 'http', 'app+x.y'),
    domain: fc.oneof(
      fc.domain(),
      fc.constantFrom('localhost:3000', '127.0.0.1:1', '[2001:db8::1]:443'),
    ),
    address,
    statement: textOf(`${UNRESERVED}:/?#[]@!$&'()*+,;= `, 1, 40),
    uri,
    chainId,
    nonce: textOf(`${LOWER}${LOWER.toUpperCase()}${DIGITS}`, 8, 20),
    issuedAt: time,
    expirationTime: time,
    notBefore: time,
    requestId: textOf(`${UNRESERVED}:@!$`, 1, 10),
    resources: fc.array(uri, { minLength: 1, maxLength: 3 }),
  },
  { requiredKeys: ['domain', 'address', 'uri', 'chainId', 'nonce', 'issuedAt'] },
);

/** Generates signed requests. The formats accept any 65 bytes as a signature. */
export const signedSiwe = fc.record({ message: siweMessage, signature: bytesOf(65) });

const damage = fc.record({
  at: fc.nat(),
  kind: fc.constantFrom('replace', 'insert', 'delete', 'flip case'),
  character: fc.oneof(
    fc.string({ unit: 'binary-ascii', minLength: 1, maxLength: 1 }),
    fc.constantFrom('\n', '\r', ' ', '=', '/', '%', '\u{feff}', '\u{130}'),
  ),
});

function apply(
  text: string,
  { at, kind, character }: { at: number; kind: string; character: string },
): string {
  const cut = at % (text.length + 1);
  const [head, hit, tail] = [text.slice(0, cut), text.charAt(cut), text.slice(cut + 1)];
  if (kind === 'insert') return `${head}${character}${hit}${tail}`;
  if (kind === 'delete') return head + tail;
  if (kind === 'replace') return head + character + tail;
  return head + (hit === hit.toUpperCase() ? hit.toLowerCase() : hit.toUpperCase()) + tail;
}

/** Generates a value and a text that differs from its encoded form in one character. */
export function damaged<T>(
  value: fc.Arbitrary<T>,
  encode: (value: T) => string,
): fc.Arbitrary<readonly [value: T, text: string]> {
  return fc
    .tuple(value, damage)
    .map(([original, change]) => [original, apply(encode(original), change)] as const)
    .filter(([original, text]) => text !== encode(original));
}

/** Returns the bytes with one bit flipped. */
export function flipBit(bytes: Uint8Array, bit: number): Uint8Array {
  const at = bit % (bytes.length * 8);
  return bytes.map((byte, index) => (index === at >> 3 ? byte ^ (1 << (at & 7)) : byte));
}
