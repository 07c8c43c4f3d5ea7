/**
 * Verifies a signed delegation by composing it again. The plan's grants and the few free parts
 * (domain, URI, nonce, time) determine exactly one text, which must equal the signed one. Sources:
 * EIP-4361, EIP-5573, EIP-191, CAIP-74.
 */
import { encode } from '@ipld/dag-cbor';
import { secp256k1 } from '@noble/curves/secp256k1';
import { blake3 } from '@noble/hashes/blake3';
import { keccak_256 } from '@noble/hashes/sha3';
import canonicalize from 'canonicalize';
import { base32 } from 'multiformats/bases/base32';
import { EvidenceError, expect } from '../check.js';
import type { Receipt } from '../schema/receipt.js';
import { grantsOf, LIFETIME_S, type Granted, type Owner } from './plan.js';

const CHECK = 'receipt.plan';

/** A delegation as a receipt contains it. */
export type SignedDelegation = Receipt['signed'][number];

/** The parts of a delegation that the plan does not determine. */
export type FreeParts = {
  readonly domain: string;
  readonly uri: string;
  readonly nonce: string;
  readonly issuedAt: string;
  readonly expirationTime: string;
};

// The service orders by its own copy (`src/protocol/recap.ts`): the receipt is checked against an
// independent encoder.
const byCodeUnit = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

const FREE: Readonly<Record<keyof FreeParts, RegExp>> = {
  domain: /^([a-z0-9.\-:[\]]{1,255}) wants you to sign in with your Ethereum account:\n/,
  uri: /\nURI: (did:key:z6Mk[1-9A-HJ-NP-Za-km-z]{44}(?:#z6Mk[1-9A-HJ-NP-Za-km-z]{44})?)\n/,
  nonce: /\nNonce: ([A-Za-z0-9]{8,64})\n/,
  issuedAt: /\nIssued At: (\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z)\n/,
  expirationTime: /\nExpiration Time: (\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z)\n/,
};

function readFreeParts(siwe: string): FreeParts {
  const part = (name: keyof FreeParts): string => {
    const [, value] = FREE[name].exec(siwe) ?? [];
    if (value === undefined) throw new EvidenceError(CHECK, `a text without a readable ${name}`);
    return value;
  };
  return {
    domain: part('domain'),
    uri: part('uri'),
    nonce: part('nonce'),
    issuedAt: part('issuedAt'),
    expirationTime: part('expirationTime'),
  };
}

function statementOf(granted: Granted): string {
  const items: string[] = [];
  for (const [resource, abilities] of [...granted].toSorted(([a], [b]) => byCodeUnit(a, b))) {
    const [namespace = ''] = abilities[0]?.split('/') ?? [];
    const names = abilities
      .map((ability) => ability.slice(namespace.length + 1))
      .toSorted(byCodeUnit)
      .map((name) => `'${name}'`);
    items.push(` (${items.length + 1}) '${namespace}': ${names.join(', ')} for '${resource}'.`);
  }
  return `I further authorize the stated URI to perform the following actions on my behalf:${items.join('')}`;
}

function recapOf(granted: Granted): string {
  const attenuations = [...granted].map(
    ([resource, abilities]) =>
      [resource, Object.fromEntries(abilities.map((ability) => [ability, [{}]]))] as const,
  );
  const json = canonicalize({ att: Object.fromEntries(attenuations), prf: [] }) ?? '';
  return `urn:recap:${Buffer.from(json).toString('base64url')}`;
}

function composeText(owner: Owner, free: FreeParts, granted: Granted): string {
  return [
    `${free.domain} wants you to sign in with your Ethereum account:`,
    owner.address,
    '',
    statementOf(granted),
    '',
    `URI: ${free.uri}`,
    'Version: 1',
    `Chain ID: ${owner.chainId}`,
    `Nonce: ${free.nonce}`,
    `Issued At: ${free.issuedAt}`,
    `Expiration Time: ${free.expirationTime}`,
    'Resources:',
    `- ${recapOf(granted)}`,
  ].join('\n');
}

/**
 * Returns the id of a delegation: BLAKE3 over the DAG-CBOR of its CACAO, as a raw CID in base32.
 */
function cidOf(owner: Owner, free: FreeParts, granted: Granted, signature: Uint8Array): string {
  const cacao = encode({
    h: { t: 'eip4361' },
    p: {
      iss: `did:pkh:eip155:${owner.chainId}:${owner.address}`,
      aud: free.uri,
      domain: free.domain,
      version: 1,
      nonce: free.nonce,
      iat: free.issuedAt,
      exp: free.expirationTime,
      statement: statementOf(granted),
      resources: [recapOf(granted)],
    },
    s: { s: signature, t: 'eip191' },
  });
  return base32.encode(Uint8Array.of(0x01, 0x55, 0x1e, 0x20, ...blake3(cacao)));
}

/** Returns the address that signed a text (EIP-191), in lower case. */
function signerOf(siwe: string, signature: Uint8Array): string {
  const v = signature[64] ?? 0;
  expect(v === 27 || v === 28, CHECK, 'a signature has another form');
  const text = Buffer.from(siwe);
  const prefix = Buffer.from(`\x19Ethereum Signed Message:\n${text.length}`);
  try {
    const parsed = secp256k1.Signature.fromCompact(signature.subarray(0, 64));
    expect(!parsed.hasHighS(), CHECK, 'a signature has a high s');
    const digest = keccak_256(Buffer.concat([prefix, text]));
    const key = parsed
      .addRecoveryBit(v - 27)
      .recoverPublicKey(digest)
      .toRawBytes(false);
    return `0x${Buffer.from(keccak_256(key.subarray(1)).subarray(12)).toString('hex')}`;
  } catch (cause) {
    if (cause instanceof EvidenceError) throw cause;
    throw new EvidenceError(CHECK, 'a signature is not one of the curve', cause);
  }
}

/**
 * Verifies one delegation of the plan and returns its free parts. Throws an EvidenceError of
 * `receipt.plan`.
 */
export function verifyDelegation(owner: Owner, delegation: SignedDelegation): FreeParts {
  const { kind, space, siwe, cid } = delegation;
  const what = `${kind}:${space}`;
  const granted = grantsOf(owner, kind, space);
  const free = readFreeParts(siwe);
  const signature = new Uint8Array(Buffer.from(delegation.signature, 'hex'));
  expect(composeText(owner, free, granted) === siwe, CHECK, `${what} is not the text of the plan`);
  const signer = signerOf(siwe, signature);
  expect(signer === owner.address.toLowerCase(), CHECK, `${what} was signed by another key`);
  const expected = cidOf(owner, free, granted, signature);
  expect(cid === expected, CHECK, `${what} has another id`);
  const lifetimeMs = Date.parse(free.expirationTime) - Date.parse(free.issuedAt);
  expect(lifetimeMs === LIFETIME_S[kind] * 1_000, CHECK, `${what} has another lifetime`);
  expect(
    free.uri.includes('#') === (kind === 'session'),
    CHECK,
    `${what} names another kind of key`,
  );
  return free;
}
