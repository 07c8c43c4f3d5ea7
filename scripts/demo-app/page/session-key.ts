/**
 * The app's own key for one visit: an Ed25519 key in the browser that cannot be exported, not even
 * by the app.
 */
import { base58, base64url } from './encodings.js';

export type SessionKey = {
  /** `did:key:z6Mk…#z6Mk…`, its name in requests and delegations. */
  readonly did: string;
  readonly publicKey: Uint8Array;
  sign(text: string): Promise<string>;
};

/** Creates a session key. Rejects if the browser does not support Ed25519. */
export async function createSessionKey(): Promise<SessionKey> {
  const pair = await crypto.subtle.generateKey('Ed25519', false, ['sign', 'verify']);
  if (!('privateKey' in pair)) throw new TypeError('not a pair of keys');
  const publicKey = new Uint8Array(await crypto.subtle.exportKey('raw', pair.publicKey));
  const name = `z${base58(Uint8Array.of(0xed, 0x01, ...publicKey))}`;
  return {
    did: `did:key:${name}#${name}`,
    publicKey,
    sign: async (text) => {
      const bytes = new TextEncoder().encode(text);
      return base64url(new Uint8Array(await crypto.subtle.sign('Ed25519', pair.privateKey, bytes)));
    },
  };
}
