import { SiweMessage } from 'siwe';
import { ServiceError } from '../errors.js';

/**
 * Verifies that the wallet named in the message signed it (EIP-191, externally owned accounts only). Rejects
 * ERR_SIGNATURE_INVALID. The shape is checked first, since the library prints a malformed signature.
 */
export async function verifyWalletSignature(message: string, signature: string): Promise<void> {
  if (!/^0x[0-9a-fA-F]{130}$/.test(signature)) throw new ServiceError('ERR_SIGNATURE_INVALID');
  let success = false;
  try {
    const siwe = new SiweMessage(message);
    // The challenge's own clock was judged before; the library is asked about the signature alone.
    const result = await siwe.verify(
      { signature, time: siwe.issuedAt ?? '' },
      { suppressExceptions: true },
    );
    success = result.success;
  } catch (cause) {
    throw new ServiceError('ERR_SIGNATURE_INVALID', { cause });
  }
  if (!success) throw new ServiceError('ERR_SIGNATURE_INVALID');
}
