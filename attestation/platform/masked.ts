/** Returns whether bytes equal the expected ones under a mask. Both are hex of the same size. */
export function isMasked(bytes: Uint8Array, expectedHex: string, maskHex: string): boolean {
  const expected = Buffer.from(expectedHex, 'hex');
  const mask = Buffer.from(maskHex, 'hex');
  if (expected.length !== bytes.length || mask.length !== bytes.length) return false;
  return bytes.every((byte, at) => ((byte ^ (expected[at] ?? 0)) & (mask[at] ?? 0xff)) === 0);
}
