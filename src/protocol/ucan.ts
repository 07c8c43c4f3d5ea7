/**
 * UCAN invocation tokens (version 0.10.0, JWT). An invocation exercises abilities of a session key
 * under the delegations that it cites. Members have the order of the node's own encoder, so that
 * tokens match recorded ones byte for byte.
 */
import { ServiceError } from '../errors.js';
import { decodeBase64url, encodeBase64url } from './base64url.js';
import { decodeUtf8, utf8 } from './bytes.js';
import { cidOf } from './cid.js';
import { encodeKeyDid, parseKeyDid, parseVerificationMethod, verificationMethodOf } from './did.js';
import { type Ed25519Key, isEd25519Signature } from './ed25519.js';
import { isRecord } from './record.js';

/** The claims of an invocation. The issuer is the key that signs it. */
export type Invocation = {
  /**
   * A DID without a fragment. `/invoke` ignores it; encryption routes require the DID of the node.
   */
  readonly audience: string;
  /** Unix seconds. The node accepts at most 300 s from now. */
  readonly expiresAtS: number;
  readonly nonce?: string;
  readonly facts?: readonly unknown[];
  /** CIDs of the delegations that authorize the invocation. */
  readonly proofs: readonly string[];
  /** Maps each resource URI to its abilities, in the order in which they are written. */
  readonly attenuations: ReadonlyMap<string, readonly string[]>;
};

/** A signed invocation: the JWT, and the CID of its UTF-8 bytes. */
export type EncodedInvocation = { readonly token: string; readonly cid: string };

const jsonPart = (value: unknown): string => encodeBase64url(utf8(JSON.stringify(value)));

/** Signs an invocation with a session key. Throws TypeError if the expiry is not finite. */
export function encodeInvocation(invocation: Invocation, key: Ed25519Key): EncodedInvocation {
  if (!Number.isFinite(invocation.expiresAtS)) throw new TypeError('an expiry is a finite number');
  const header = {
    alg: 'EdDSA',
    jwk: { alg: 'EdDSA', kty: 'OKP', crv: 'Ed25519', x: encodeBase64url(key.publicKey) },
    typ: 'JWT',
    ucv: '0.10.0',
  };
  const att = [...invocation.attenuations].map(([resource, abilities]) => [
    resource,
    Object.fromEntries(abilities.map((ability) => [ability, [{}]])),
  ]);
  const payload = {
    iss: verificationMethodOf(encodeKeyDid(key.publicKey)),
    aud: invocation.audience,
    exp: invocation.expiresAtS,
    ...(invocation.nonce === undefined ? {} : { nnc: invocation.nonce }),
    ...(invocation.facts === undefined ? {} : { fct: invocation.facts }),
    prf: invocation.proofs,
    att: Object.fromEntries(att),
  };
  const signed = `${jsonPart(header)}.${jsonPart(payload)}`;
  const token = `${signed}.${encodeBase64url(key.sign(utf8(signed)))}`;
  return { token, cid: cidOf(utf8(token)) };
}

const invalid = (cause?: unknown): ServiceError => new ServiceError('ERR_UCAN_INVALID', { cause });

function jsonObject(part: string): Record<string, unknown> {
  const value: unknown = JSON.parse(decodeUtf8(decodeBase64url(part)) ?? '');
  if (!isRecord(value)) throw invalid();
  return value;
}

function strings(value: unknown): readonly string[] {
  if (!Array.isArray(value) || !value.every((item) => typeof item === 'string')) throw invalid();
  return value;
}

function invocationOf(payload: Record<string, unknown>): Invocation {
  const { aud, exp, nnc, fct, prf, att } = payload;
  if (typeof aud !== 'string' || typeof exp !== 'number') throw invalid();
  if (nnc !== undefined && typeof nnc !== 'string') throw invalid();
  if (fct !== undefined && !Array.isArray(fct)) throw invalid();
  if (!isRecord(att)) throw invalid();
  const entries = Object.entries(att).map(
    ([resource, abilities]) => [resource, Object.keys(Object(abilities))] as const,
  );
  return {
    audience: aud,
    expiresAtS: exp,
    ...(nnc === undefined ? {} : { nonce: nnc }),
    ...(fct === undefined ? {} : { facts: fct }),
    proofs: strings(prf),
    attenuations: new Map(entries),
  };
}

/**
 * Parses a token and verifies the signature of its issuer. Rejects any token that encodeInvocation
 * does not write. Does not judge expiry and proofs, which the node does. Throws ERR_UCAN_INVALID.
 */
export function verifyInvocation(token: string): { invocation: Invocation; issuer: string } {
  try {
    const [header = '', payload = '', signature = '', ...rest] = token.split('.');
    if (rest.length > 0) throw invalid();
    const claims = jsonObject(payload);
    const issuer = parseVerificationMethod(String(claims['iss']));
    const publicKey = parseKeyDid(issuer);
    const signed = utf8(`${header}.${payload}`);
    const bytes = decodeBase64url(signature);
    if (bytes.length !== 64 || !isEd25519Signature(publicKey, signed, bytes)) throw invalid();
    const invocation = invocationOf(claims);
    const again = encodeInvocation(invocation, { publicKey, sign: () => bytes });
    if (again.token !== token) throw invalid();
    return { invocation, issuer };
  } catch (cause) {
    throw invalid(cause);
  }
}
