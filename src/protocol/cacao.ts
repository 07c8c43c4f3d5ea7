/**
 * CACAO (CAIP-74): a signed sign-in request as an object in canonical DAG-CBOR. The node renders
 * the text from it again, recovers the signer, and identifies the delegation by the CID of exactly
 * these bytes.
 */
import { decode, encode } from '@ipld/dag-cbor';
import { ServiceError } from '../errors.js';
import { decodeBase64url, encodeBase64url } from './base64url.js';
import { hex } from './bytes.js';
import { cidOf } from './cid.js';
import { encodeWalletDid, parseWalletDid } from './did.js';
import { isRecord } from './record.js';
import { encodeSiweMessage, type SiweMessage } from './siwe-message.js';

/** A request with its EIP-191 signature (65 bytes, r ‖ s ‖ v). */
export type SignedSiwe = { readonly message: SiweMessage; readonly signature: Uint8Array };

/**
 * The header value that `/delegate` receives, and the CID that identifies the
 * delegation.
 */
export type EncodedDelegation = { readonly header: string; readonly cid: string };

const SIGNATURE_BYTES = 65;

const invalid = (cause?: unknown): ServiceError => new ServiceError('ERR_CACAO_INVALID', { cause });

const NOT_UNDEFINED = ([, value]: readonly [string, unknown]): boolean => value !== undefined;

function payloadOf(message: SiweMessage): Record<string, unknown> {
  const fields: readonly (readonly [string, unknown])[] = [
    ['iss', encodeWalletDid({ chainId: message.chainId, address: message.address })],
    ['aud', message.uri],
    ['domain', message.domain],
    ['version', 1],
    ['nonce', message.nonce],
    ['iat', message.issuedAt],
    ['exp', message.expirationTime],
    ['nbf', message.notBefore],
    ['statement', message.statement],
    ['request_id', message.requestId],
    ['scheme', message.scheme],
    ['resources', message.resources],
  ];
  return Object.fromEntries(fields.filter(NOT_UNDEFINED));
}

/**
 * Encodes a signed request as canonical DAG-CBOR. Throws ERR_CACAO_INVALID for an empty list of
 * resources: the node omits an empty list when it renders the text, so the signature would not
 * match.
 */
export function encodeCacao({ message, signature }: SignedSiwe): Uint8Array {
  if (signature.length !== SIGNATURE_BYTES)
    throw new TypeError('an EIP-191 signature has 65 bytes');
  if (message.resources?.length === 0) throw invalid();
  return encode({
    h: { t: 'eip4361' },
    p: payloadOf(message),
    s: { s: signature, t: 'eip191' },
  });
}

/**
 * Encodes the delegation of a signed request. The header is padded base64url because the node
 * rejects unpadded text.
 */
export function encodeDelegation(signed: SignedSiwe): EncodedDelegation {
  const bytes = encodeCacao(signed);
  return { header: encodeBase64url(bytes, 'required'), cid: cidOf(bytes) };
}

function optionalText(value: unknown): string | undefined {
  if (value === undefined || typeof value === 'string') return value;
  throw invalid();
}

function text(value: unknown): string {
  return optionalText(value) ?? fail();
}

function fail(): never {
  throw invalid();
}

function record(value: unknown): Record<string, unknown> {
  if (!isRecord(value)) throw invalid();
  return value;
}

function messageOf(p: Record<string, unknown>): SiweMessage {
  const { chainId, address } = parseWalletDid(text(p['iss']));
  const resources = p['resources'];
  if (resources !== undefined && !Array.isArray(resources)) throw invalid();
  const optional: readonly (readonly [string, unknown])[] = [
    ['expirationTime', optionalText(p['exp'])],
    ['notBefore', optionalText(p['nbf'])],
    ['statement', optionalText(p['statement'])],
    ['requestId', optionalText(p['request_id'])],
    ['scheme', optionalText(p['scheme'])],
    ['resources', resources?.map((resource) => text(resource))],
  ];
  return {
    domain: text(p['domain']),
    address,
    uri: text(p['aud']),
    chainId,
    nonce: text(p['nonce']),
    issuedAt: text(p['iat']),
    ...Object.fromEntries(optional.filter(NOT_UNDEFINED)),
  };
}

/**
 * Decodes the bytes that encodeCacao writes and rejects all others, including requests that
 * encodeSiweMessage would reject. Does not verify the signature. Throws ERR_CACAO_INVALID.
 */
export function decodeCacao(bytes: Uint8Array): SignedSiwe {
  try {
    const { p, s } = record(decode(bytes));
    const signature = record(s)['s'];
    if (!(signature instanceof Uint8Array) || signature.length !== SIGNATURE_BYTES) throw invalid();
    const signed = { message: messageOf(record(p)), signature };
    encodeSiweMessage(signed.message);
    if (hex(encodeCacao(signed)) !== hex(bytes)) throw invalid();
    return signed;
  } catch (cause) {
    throw invalid(cause);
  }
}

/** Decodes a delegation header. Throws ERR_CACAO_INVALID. */
export function decodeDelegation(header: string): SignedSiwe {
  try {
    return decodeCacao(decodeBase64url(header, 'required'));
  } catch (cause) {
    throw invalid(cause);
  }
}
