/**
 * The two DID methods of the account protocol. `did:pkh` names a wallet; `did:key` (Ed25519 only)
 * names a session key or a node.
 */
import { base58btc } from 'multiformats/bases/base58';
import { ServiceError } from '../errors.js';
import { type Address, isAddress } from './address.js';
import { concatBytes } from './bytes.js';

/**
 * A wallet as a principal. The chain id is part of the identity: a signature for chain 10 grants no
 * authority on chain 1.
 */
export type WalletDid = { readonly chainId: number; readonly address: Address };

const ED25519_MULTICODEC = Uint8Array.of(0xed, 0x01);
const KEY_PREFIX = 'did:key:';

/**
 * Parses a decimal chain id without a sign or leading zeros. Returns undefined for any other text
 * and for numbers beyond the safe integers.
 */
export function parseChainId(text: string): number | undefined {
  const chainId = /^[1-9][0-9]{0,15}$/.test(text) ? Number(text) : Number.NaN;
  return Number.isSafeInteger(chainId) ? chainId : undefined;
}

/** Writes `did:pkh:eip155:<chain>:<EIP-55 address>`. */
export function encodeWalletDid(did: WalletDid): string {
  if (parseChainId(String(did.chainId)) === undefined) throw new TypeError('not a chain id');
  return `did:pkh:eip155:${did.chainId}:${did.address}`;
}

/** Parses the DID that encodeWalletDid writes. Throws ERR_DID_INVALID. */
export function parseWalletDid(text: string): WalletDid {
  const [, chain, address] = /^did:pkh:eip155:([0-9]+):(0x[0-9a-fA-F]{40})$/.exec(text) ?? [];
  const chainId = parseChainId(chain ?? '');
  if (chainId === undefined || address === undefined || !isAddress(address)) {
    throw new ServiceError('ERR_DID_INVALID');
  }
  return { chainId, address };
}

/**
 * Writes the `did:key:z6Mk…` of an Ed25519 public key (32 bytes): base58btc over 0xed 0x01 and the
 * key.
 */
export function encodeKeyDid(publicKey: Uint8Array): string {
  if (publicKey.length !== 32) throw new TypeError('an Ed25519 public key has 32 bytes');
  return `${KEY_PREFIX}${base58btc.encode(concatBytes(ED25519_MULTICODEC, publicKey))}`;
}

/**
 * Returns the public key (32 bytes) of an Ed25519 `did:key` that has no fragment. Throws
 * ERR_DID_INVALID.
 */
export function parseKeyDid(text: string): Uint8Array {
  if (/^did:key:z6Mk[1-9A-HJ-NP-Za-km-z]{44}$/.test(text)) {
    const bytes = base58btc.decode(text.slice(KEY_PREFIX.length));
    const publicKey = bytes.subarray(2);
    if (publicKey.length === 32 && encodeKeyDid(publicKey) === text) return publicKey;
  }
  throw new ServiceError('ERR_DID_INVALID');
}

/** Returns whether a URI names an Ed25519 key, either by its DID or by its verification method. */
export function isKeyDid(uri: string): boolean {
  try {
    if (uri.includes('#')) parseVerificationMethod(uri);
    else parseKeyDid(uri);
    return true;
  } catch {
    return false;
  }
}

/**
 * Returns the DID URL that serves as SIWE URI and as UCAN issuer. Its fragment repeats the
 * multibase part of the DID.
 */
export function verificationMethodOf(keyDid: string): string {
  return `${keyDid}#${keyDid.slice(KEY_PREFIX.length)}`;
}

/**
 * Returns the DID of a verification method. Throws ERR_DID_INVALID unless the fragment repeats the
 * DID.
 */
export function parseVerificationMethod(text: string): string {
  const [did = ''] = text.split('#');
  parseKeyDid(did);
  if (verificationMethodOf(did) !== text) throw new ServiceError('ERR_DID_INVALID');
  return did;
}
