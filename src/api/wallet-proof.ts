/** What a wallet signs to prove that its holder is present, and the proof. */
import { z } from 'zod';
import type { ErrorCode } from '../errors.js';
import type { Json } from './endpoint.js';
import { time } from './formats.js';

export const walletChallenge = z
  .strictObject({
    message: z.string().meta({ description: 'The exact text to sign (EIP-4361, EIP-191).' }),
    nonce: z.string(),
    expiresAt: time,
  })
  .meta({ id: 'WalletChallenge' });

export const walletProof = z
  .strictObject({
    message: z.string().max(4096),
    // Contract wallets return long signatures; they get a code of their own instead of
    // ERR_REQUEST_INVALID.
    signature: z
      .string()
      .max(2 + 2 * 16 * 1024)
      .meta({ description: '65 bytes as 0x-hex.' }),
  })
  .meta({ id: 'WalletProof', description: 'The text of a challenge, and its signature.' });

/** A text for a wallet to sign. */
export type WalletChallenge = Json<typeof walletChallenge>;

/** Codes of a proof that does not hold. */
export const WALLET_PROOF_ERRORS = [
  'ERR_SIWE_INVALID',
  'ERR_CHALLENGE_INVALID',
  'ERR_CHALLENGE_EXPIRED',
  'ERR_CHALLENGE_USED',
  'ERR_SIGNATURE_INVALID',
  'ERR_SIGNATURE_CONTRACT_WALLET',
  'ERR_CONTRACT_WALLET_UNAVAILABLE',
] as const satisfies ErrorCode[];
