import { undecodable } from '../refusal.js';
import { decodeCbor, isCborMap, type Cbor, type CborMap } from './cbor.js';
import { checksumAddress } from './did.js';
import { parseTimestamp } from './timestamp.js';
import { parseUri } from './uri.js';

/**
 * A signed SIWE in transport form: the fields of the payload, the text that they stand for, and 65
 * bytes of signature.
 */
export type Cacao = {
  readonly chainId: string;
  readonly address: string;
  readonly uri: string;
  readonly statement?: string;
  readonly resources: readonly string[];
  readonly issuedAtNs: bigint;
  readonly expiresAtNs?: bigint;
  readonly notBeforeNs?: bigint;
  readonly siwe: string;
  readonly signature: Uint8Array;
};

const MAX_U64 = 2n ** 64n - 1n;

/** Decodes the CBOR of a CACAO. For any error in it, the node returns its 401 page. */
export function decodeCacao(bytes: Uint8Array): Cacao {
  const { payload, signature } = readEnvelope(bytes);
  const issuer = /^did:pkh:eip155:([0-9]+):(0x[0-9a-fA-F]{40})$/.exec(text(payload, 'iss'));
  const address = checksumAddress(issuer?.[2] ?? '');
  const chainId = BigInt(issuer?.[1] ?? MAX_U64 + 1n);
  if (address === undefined || chainId > MAX_U64) throw undecodable();
  const [statement, resources] = [optionalText(payload, 'statement'), uris(payload)];
  const [expiresAtNs, notBeforeNs] = [optionalTime(payload, 'exp'), optionalTime(payload, 'nbf')];
  const issuedAtNs = parseTimestamp(text(payload, 'iat'));
  if (issuedAtNs === undefined) throw undecodable();
  return {
    chainId: chainId.toString(),
    address,
    uri: uri(text(payload, 'aud')),
    resources,
    issuedAtNs,
    siwe: renderSiwe(payload, address, chainId.toString(), resources),
    signature,
    ...(statement === undefined ? {} : { statement }),
    ...(expiresAtNs === undefined ? {} : { expiresAtNs }),
    ...(notBeforeNs === undefined ? {} : { notBeforeNs }),
  };
}

function readEnvelope(bytes: Uint8Array): { payload: CborMap; signature: Uint8Array } {
  const envelope = decodeQuietly(bytes);
  const [header, payload, proof] = ['h', 'p', 's'].map((key) =>
    isCborMap(envelope) ? envelope.get(key) : undefined,
  );
  if (!isCborMap(header) || !isCborMap(payload) || !isCborMap(proof)) throw undecodable();
  const signature = proof.get('s');
  if (header.get('t') !== 'eip4361' || proof.get('t') !== 'eip191') throw undecodable();
  if (!(signature instanceof Uint8Array) || signature.length !== 65) throw undecodable();
  if (payload.get('version') !== 1n) throw undecodable();
  return { payload, signature };
}

function decodeQuietly(bytes: Uint8Array): Cbor | undefined {
  try {
    return decodeCbor(bytes);
  } catch {
    return undefined;
  }
}

function text(payload: CborMap, key: string): string {
  const value = payload.get(key);
  if (typeof value !== 'string') throw undecodable();
  return value;
}

function optionalText(payload: CborMap, key: string): string | undefined {
  const value = payload.get(key);
  return value === undefined || value === null ? undefined : text(payload, key);
}

function optionalTime(payload: CborMap, key: string): bigint | undefined {
  const value = optionalText(payload, key);
  const ns = value === undefined ? undefined : parseTimestamp(value);
  if (value !== undefined && ns === undefined) throw undecodable();
  return ns;
}

function uri(value: string): string {
  if (parseUri(value) === undefined) throw undecodable();
  return value;
}

function uris(payload: CborMap): readonly string[] {
  const list = payload.get('resources');
  if (list === undefined || list === null) return [];
  if (!Array.isArray(list)) throw undecodable();
  return list.map((item) => {
    if (typeof item !== 'string') throw undecodable();
    return uri(item);
  });
}

/**
 * Returns the text that the wallet signed (EIP-4361). Every field is verbatim except the address,
 * which is always checksummed.
 */
function renderSiwe(
  payload: CborMap,
  address: string,
  chainId: string,
  resources: readonly string[],
): string {
  const [scheme, statement] = [optionalText(payload, 'scheme'), optionalText(payload, 'statement')];
  const domain = text(payload, 'domain');
  if (!/^[^\s/?#]+$/.test(domain)) throw undecodable();
  const lines = [
    `${scheme === undefined ? '' : `${scheme}://`}${domain} wants you to sign in with your Ethereum account:`,
    address,
    '',
    ...(statement === undefined ? [] : [statement]),
    '',
    `URI: ${text(payload, 'aud')}`,
    'Version: 1',
    `Chain ID: ${chainId}`,
    `Nonce: ${text(payload, 'nonce')}`,
    `Issued At: ${text(payload, 'iat')}`,
  ];
  for (const [label, key] of [
    ['Expiration Time', 'exp'],
    ['Not Before', 'nbf'],
    ['Request ID', 'request_id'],
  ] as const) {
    const value = optionalText(payload, key);
    if (value !== undefined) lines.push(`${label}: ${value}`);
  }
  if (resources.length > 0) lines.push('Resources:', ...resources.map((item) => `- ${item}`));
  return lines.join('\n');
}
