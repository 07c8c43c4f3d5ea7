/**
 * Signatures of wallets: the accepted forms, with one encoding for each (EIP-2, EIP-2098), and
 * rejected ones.
 */
import fc from 'fast-check';
import { Signature, Wallet } from 'ethers';
import { errorCodeOf } from '../../src/errors.js';
import { parseWalletSignature } from '../../src/protocol/wallet-signature.js';
import { test } from '../test.js';

const ORDER = BigInt('0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141');
const word = (value: bigint): string => value.toString(16).padStart(64, '0');
const of = (r: bigint, s: bigint, v: string): string => `0x${word(r)}${word(s)}${v}`;

test('every form of a signature that wallets return is parsed to the same parts', async (t) => {
  for (let round = 0; round < 8; round += 1) {
    const text = await Wallet.createRandom().signMessage(`round ${round}`);
    const { v, compactSerialized } = Signature.from(text);
    const parsed = parseWalletSignature(text);
    t.is(parsed.recoveryId, v === 28 ? 1 : 0);
    t.is(`0x${Buffer.from(parsed.compact).toString('hex')}`, text.slice(0, 130));
    const hardware = `${text.slice(0, 130)}0${v - 27}`;
    t.deepEqual(parseWalletSignature(hardware), parsed);
    t.deepEqual(parseWalletSignature(compactSerialized), parsed);
  }
});

const INVALID = 'ERR_SIGNATURE_INVALID';
const ROWS: readonly (readonly [string, string, string])[] = [
  ['no hex', 'hello', INVALID],
  ['nothing', '0x', INVALID],
  ['an odd number of digits', '0x123', INVALID],
  ['64 bytes and a half', `0x${'1'.repeat(129)}`, INVALID],
  ['63 bytes', `0x${'11'.repeat(63)}`, INVALID],
  ['v = 2', of(1n, 1n, '02'), INVALID],
  ['v = 29', of(1n, 1n, '1d'), INVALID],
  ['v = 26', of(1n, 1n, '1a'), INVALID],
  ['r = 0', of(0n, 1n, '1b'), INVALID],
  ['r = n', of(ORDER, 1n, '1b'), INVALID],
  ['r = 2^256 - 1', of(2n ** 256n - 1n, 1n, '1b'), INVALID],
  ['s = 0', of(1n, 0n, '1b'), INVALID],
  ['s in the upper half', of(1n, ORDER / 2n + 1n, '1b'), INVALID],
  ['s = n', of(1n, ORDER, '1b'), INVALID],
  ['66 bytes', `0x${'11'.repeat(66)}`, 'ERR_SIGNATURE_CONTRACT_WALLET'],
  ['EIP-6492', `0x${'11'.repeat(268)}${'6492'.repeat(16)}`, 'ERR_SIGNATURE_CONTRACT_WALLET'],
];

for (const [what, text, code] of ROWS) {
  test(`a signature with ${what} is rejected`, (t) => {
    t.throws(() => parseWalletSignature(text), { code });
  });
}

test('the largest s of the lower half is accepted', (t) => {
  t.notThrows(() => parseWalletSignature(of(1n, ORDER / 2n, '1b')));
});

test('parsing any text throws nothing other than the two codes', (t) => {
  const codes = new Set(['ERR_SIGNATURE_INVALID', 'ERR_SIGNATURE_CONTRACT_WALLET']);
  const anyText = fc.oneof(
    fc.string({ maxLength: 200 }),
    fc.uint8Array({ maxLength: 80 }).map((bytes) => `0x${Buffer.from(bytes).toString('hex')}`),
  );
  const holds = fc.property(anyText, (text) => {
    try {
      parseWalletSignature(text);
    } catch (error) {
      t.true(codes.has(errorCodeOf(error) ?? ''));
    }
  });
  fc.assert(holds, { seed: 20_261_128, numRuns: 500 });
});
