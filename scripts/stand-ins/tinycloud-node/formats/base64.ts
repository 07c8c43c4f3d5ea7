/**
 * Decodes strict base64: exact alphabet, exact padding, no unused bits. Returns undefined for any
 * other text.
 */
function decodeStrict(text: string, encoding: 'base64' | 'base64url'): Uint8Array | undefined {
  const bytes = Buffer.from(text, encoding);
  return bytes.toString(encoding) === text ? new Uint8Array(bytes) : undefined;
}

/** Decodes base64url without padding, as in JWT parts and ReCaps. */
export function decodeBase64Url(text: string): Uint8Array | undefined {
  return decodeStrict(text, 'base64url');
}

/** Decodes base64url with padding, as in the header of a signed SIWE. */
export function decodePaddedBase64Url(text: string): Uint8Array | undefined {
  const bare = text.replace(/={1,2}$/, '');
  const padding = '='.repeat((4 - (bare.length % 4)) % 4);
  return text === bare + padding ? decodeStrict(bare, 'base64url') : undefined;
}

export function encodePaddedBase64Url(bytes: Uint8Array): string {
  const bare = Buffer.from(bytes).toString('base64url');
  return bare + '='.repeat((4 - (bare.length % 4)) % 4);
}

/** Decodes standard base64 with padding, as in encryption requests. */
export function decodeBase64(text: string): Uint8Array | undefined {
  return decodeStrict(text, 'base64');
}
