/**
 * Verifies a wallet's signature over a challenge (EIP-191, externally owned accounts only).
 *
 * The address is recovered through this service's own port. The `siwe` library only parses the
 * message as a second opinion; it never receives the signature, because it logs signatures that it
 * cannot verify.
 */
import { SiweMessage } from 'siwe';
import { ServiceError } from '../errors.js';
import type { Ecdsa } from '../keys/ecdsa.js';
import { type Address, addressOfPublicKey } from '../protocol/address.js';
import { utf8 } from '../protocol/bytes.js';
import { personalMessageDigest } from '../protocol/eip191.js';
import { parseWalletSignature } from '../protocol/wallet-signature.js';

/**
 * Verifies a signature. Throws ERR_SIGNATURE_INVALID, or ERR_SIGNATURE_CONTRACT_WALLET if only a
 * contract could verify it.
 */
export function verifyWalletSignature(ecdsa: Ecdsa, message: string, signature: string): void {
  const { compact, recoveryId } = parseWalletSignature(signature);
  const publicKey = ecdsa.recover(personalMessageDigest(utf8(message)), compact, recoveryId);
  if (publicKey === undefined || addressOfPublicKey(publicKey) !== readAddress(message)) {
    throw new ServiceError('ERR_SIGNATURE_INVALID');
  }
}

function readAddress(message: string): Address | string {
  try {
    return new SiweMessage(message).address;
  } catch (cause) {
    throw new ServiceError('ERR_SIGNATURE_INVALID', { cause });
  }
}
