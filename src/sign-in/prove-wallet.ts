/**
 * Verifies a wallet's signature over a challenge (EIP-191): by the key of the wallet, or by its
 * contract where the operator configured a chain to ask.
 *
 * The address of a key is recovered through this service's own port. The `siwe` library only parses
 * the message as a second opinion; it never receives the signature, because it logs signatures that
 * it cannot verify.
 *
 * A wallet proves itself in one way for good: the chain's answer is somebody else's word, so it
 * never signs in to an account whose wallet is a key.
 */
import { SiweMessage } from 'siwe';
import type { UserCredential } from '../accounts/user-document.js';
import { ServiceError } from '../errors.js';
import type { Ecdsa } from '../keys/ecdsa.js';
import { type Address, addressOfPublicKey, parseAddress } from '../protocol/address.js';
import { utf8 } from '../protocol/bytes.js';
import { personalMessageDigest } from '../protocol/eip191.js';
import { parseSignatureBytes, parseWalletSignature } from '../protocol/wallet-signature.js';
import type { ContractWallets } from './contract-wallets.js';

/** How a wallet proves itself: with its own key, or by the word of its contract. */
export type WalletKind = 'key' | 'contract';

/** What a proof depends on. */
export type WalletProofContext = {
  readonly ecdsa: Ecdsa;
  /** Undefined where the operator configured no chain. */
  readonly contractWallets?: ContractWallets | undefined;
};

/** The longest signature that is sent to a chain, in bytes. */
const MAX_CONTRACT_SIGNATURE = 8_192;

/**
 * Verifies a signature. Rejects ERR_SIGNATURE_INVALID, ERR_SIGNATURE_CONTRACT_WALLET if only a
 * contract could verify it and no chain is configured, or ERR_CONTRACT_WALLET_UNAVAILABLE.
 */
export async function proveWallet(
  { ecdsa, contractWallets }: WalletProofContext,
  message: string,
  signature: string,
): Promise<WalletKind> {
  const address = readAddress(message);
  const digest = personalMessageDigest(utf8(message));
  const refusal = refusalOfKey(ecdsa, { address, digest, signature });
  if (refusal === undefined) return 'key';
  if (contractWallets === undefined) throw refusal;
  const bytes = parseSignatureBytes(signature);
  if (bytes.length > MAX_CONTRACT_SIGNATURE) throw new ServiceError('ERR_SIGNATURE_INVALID');
  if (await contractWallets.accepts({ address, digest, signature: bytes })) return 'contract';
  throw new ServiceError('ERR_SIGNATURE_INVALID');
}

/** Returns why a signature is not one of the address's own key, or undefined if it is. */
function refusalOfKey(
  ecdsa: Ecdsa,
  { address, digest, signature }: { address: Address; digest: Uint8Array; signature: string },
): ServiceError | undefined {
  try {
    const { compact, recoveryId } = parseWalletSignature(signature);
    const publicKey = ecdsa.recover(digest, compact, recoveryId);
    const isOwn = publicKey !== undefined && addressOfPublicKey(publicKey) === address;
    return isOwn ? undefined : new ServiceError('ERR_SIGNATURE_INVALID');
  } catch (error) {
    if (error instanceof ServiceError) return error;
    throw error;
  }
}

function readAddress(message: string): Address {
  try {
    return parseAddress(new SiweMessage(message).address);
  } catch (cause) {
    throw new ServiceError('ERR_SIGNATURE_INVALID', { cause });
  }
}

/**
 * Requires that a known wallet proved itself as it did when it was added. Throws
 * ERR_SIGNATURE_INVALID.
 */
export function requireSameKind(
  credentials: readonly UserCredential[],
  address: Address,
  kind: WalletKind,
): void {
  const known = credentials.find((each) => each.kind === 'wallet' && each.address === address);
  if (known?.kind === 'wallet' && (known.proof ?? 'key') !== kind) {
    throw new ServiceError('ERR_SIGNATURE_INVALID');
  }
}

/** Returns the member of a new wallet credential that records how it proves itself. */
export const proofOf = (kind: WalletKind): { readonly proof?: 'contract' } =>
  kind === 'contract' ? { proof: 'contract' } : {};
