import { undecodable } from '../refusal.js';
import { decodeBase64Url } from './base64.js';
import { readAttenuation, type Capability } from './capability.js';
import { isSignedByDidKey } from './did-key.js';
import { isDid, isDidUrl } from './did.js';
import {
  isJsonArray,
  isJsonObject,
  parseJsonTree,
  type Json,
  type JsonObject,
} from './json-tree.js';
import { readProofs } from './recap.js';

/** A UCAN 0.10 token as received. `jwt` is what was signed and what is hashed. */
export type Ucan = {
  readonly jwt: string;
  readonly issuer: string;
  readonly audience: string;
  readonly expiresAtSeconds: number;
  readonly notBeforeSeconds?: number;
  readonly nonce?: string;
  readonly facts: readonly Json[];
  readonly proofs: readonly string[];
  readonly capabilities: readonly Capability[];
  readonly signature: Uint8Array;
};

/**
 * Names of the JOSE registry. The node decodes any of them, and verifies EdDSA whatever the header
 * states.
 */
const ALGORITHMS = new Set(
  'HS256 HS384 HS512 RS256 RS384 RS512 PS256 PS384 PS512 EdDSA EdBlake2b ES256 ES384 ES256K ES256K-R ESKeccakK ESBlake2b ESBlake2bK none'.split(
    ' ',
  ),
);

export function decodeUcan(jwt: string): Ucan {
  const [header, payload, signature, ...rest] = jwt.split('.');
  const signatureBytes = decodeBase64Url(signature ?? '!');
  if (header === undefined || payload === undefined || rest.length > 0) throw undecodable();
  if (signatureBytes === undefined) throw undecodable();
  checkHeader(readPart(header));
  return { jwt, signature: signatureBytes, ...readPayload(readPart(payload)) };
}

export function isUcanSignatureValid(ucan: Ucan): boolean {
  const message = new TextEncoder().encode(ucan.jwt.slice(0, ucan.jwt.lastIndexOf('.')));
  return isSignedByDidKey(ucan.issuer, ucan.signature, message);
}

/**
 * Returns whether the token is within its own window. Seconds count with their fraction, and there
 * is no tolerance.
 */
export function isUcanTimely(ucan: Ucan, nowMs: number): boolean {
  const now = nowMs / 1000;
  return now <= ucan.expiresAtSeconds && (ucan.notBeforeSeconds ?? now) <= now;
}

function readPart(part: string): JsonObject {
  const bytes = decodeBase64Url(part);
  if (bytes === undefined) throw undecodable();
  try {
    const json = parseJsonTree(new TextDecoder('utf-8', { fatal: true }).decode(bytes), {
      uniqueKeys: true,
    });
    if (isJsonObject(json)) return json;
  } catch {
    // Falls through to the only response for a token that cannot be decoded.
  }
  throw undecodable();
}

function checkHeader(header: JsonObject): void {
  const algorithm = header.get('alg');
  if (typeof algorithm !== 'string' || !ALGORITHMS.has(algorithm)) throw undecodable();
  if (header.get('typ') !== 'JWT' || header.get('ucv') !== '0.10.0') throw undecodable();
}

function readPayload(payload: JsonObject): Omit<Ucan, 'jwt' | 'signature'> {
  const [issuer, audience] = [payload.get('iss'), payload.get('aud')];
  if (typeof issuer !== 'string' || !isDidUrl(issuer)) throw undecodable();
  if (typeof audience !== 'string' || !isDid(audience)) throw undecodable();
  const expiresAtSeconds = readSeconds(payload.get('exp'));
  const notBefore = payload.get('nbf') ?? undefined;
  const [nonce, facts, proofs] = [payload.get('nnc'), payload.get('fct') ?? [], payload.get('prf')];
  if (nonce !== undefined && typeof nonce !== 'string') throw undecodable();
  if (!isJsonArray(facts) || !isJsonArray(proofs)) throw undecodable();
  return {
    issuer,
    audience,
    expiresAtSeconds,
    facts,
    proofs: readProofs(proofs),
    capabilities: readAttenuation(payload.get('att'), true),
    ...(notBefore === undefined ? {} : { notBeforeSeconds: readSeconds(notBefore) }),
    ...(nonce === undefined ? {} : { nonce }),
  };
}

function readSeconds(value: Json | undefined): number {
  if (typeof value !== 'number' && typeof value !== 'bigint') throw undecodable();
  return Number(value);
}
