/** Reads the recorded requests and the keys that signed them (test/vectors/tinycloud). */
import { readdirSync, readFileSync } from 'node:fs';
import { secp256k1 } from '@noble/curves/secp256k1';
import { addressOfPublicKey } from '../../src/protocol/address.js';
import { encodeKeyDid } from '../../src/protocol/did.js';
import { type Ed25519Key, ed25519KeyOf } from '../../src/protocol/ed25519.js';

export type RecordedRequest = {
  /** `group/name`, unique among all recordings. */
  readonly name: string;
  readonly path: string;
  readonly authorization: string;
  readonly status: number;
  readonly bodyText: string;
};

type Line = {
  readonly name: string;
  readonly group: string;
  readonly request: { readonly path: string; readonly headers: Record<string, string> };
  readonly response: { readonly status: number; readonly bodyBase64: string };
};

const FOLDER = new URL('../../../test/vectors/tinycloud/', import.meta.url);
const KEYS = Array.from({ length: 99 }, (_, index) => index + 1);

function requestOf(line: string): RecordedRequest {
  const { group, name, request, response } = JSON.parse(line) as Line;
  return {
    name: `${group}/${name}`,
    path: request.path,
    authorization: request.headers['authorization'] ?? '',
    status: response.status,
    bodyText: Buffer.from(response.bodyBase64, 'base64').toString(),
  };
}

/** Returns every recorded request with an authorization header, in file order. */
export function recordedRequests(): readonly RecordedRequest[] {
  return readdirSync(FOLDER)
    .filter((file) => file.endsWith('.jsonl'))
    .flatMap((file) => readFileSync(new URL(file, FOLDER), 'utf8').trimEnd().split('\n'))
    .map(requestOf)
    .filter(({ authorization }) => authorization !== '');
}

/** Private keys by address. Wallet n has the number n, in 32 bytes, as its key. */
export const WALLET_KEYS: ReadonlyMap<string, Uint8Array> = new Map(
  KEYS.map((n) => {
    const key = new Uint8Array(32).fill(n, 31);
    return [addressOfPublicKey(secp256k1.getPublicKey(key, false)), key];
  }),
);

/** Session keys by DID. Session key n has 32 bytes of value n as its seed. */
export const SESSION_KEYS: ReadonlyMap<string, Ed25519Key> = new Map(
  KEYS.map((n) => {
    const key = ed25519KeyOf(new Uint8Array(32).fill(n));
    return [encodeKeyDid(key.publicKey), key];
  }),
);
