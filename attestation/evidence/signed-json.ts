/**
 * Verifies JSON that Intel's TCB signing key signed as bytes (TCB information, QE identity). The
 * signature covers the exact text, its chain must end at the trusted root, and the text is valid
 * only within its own period.
 */
import { verify, type X509Certificate } from 'node:crypto';
import { z } from 'zod';
import { EvidenceError, expect } from '../check.js';
import { findCommonName, parseChain, verifyChain } from './certificates.js';

/** A signed text before verification. */
export type SignedText = {
  readonly text: string;
  /** r ‖ s, 128 hex digits. */
  readonly signature: string;
  /** PEM of the signer, then of the root. */
  readonly issuerChain: string;
};

/** Returns a schema of hex in any letter case. */
export const hexText = (bytes: number) =>
  z.string().regex(new RegExp(`^[0-9a-fA-F]{${2 * bytes}}$`));

/** A time as Intel writes it. */
export const dateText = z
  .string()
  .regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/)
  .refine((text) => Number.isFinite(Date.parse(text)));

/** Intel's statuses of TCB levels. */
export const tcbStatusText = z.enum([
  'UpToDate',
  'SWHardeningNeeded',
  'ConfigurationNeeded',
  'ConfigurationAndSWHardeningNeeded',
  'OutOfDate',
  'OutOfDateConfigurationNeeded',
  'Revoked',
]);
/** A status of a TCB level. */
export type TcbStatus = z.infer<typeof tcbStatusText>;

const SIGNER_NAME = 'SGX TCB Signing';

/** Who may sign TCB data. */
export type TcbAuthority = {
  readonly trustedRoot: X509Certificate;
  /** Whether the signer may have another name than Intel's. Only for test roots. */
  readonly anySignerName: boolean;
};

/**
 * Returns the parsed text and the certificate that signed it. Throws an EvidenceError of the check
 * for an invalid signature or chain, a signer that Intel does not use for this, or a malformed
 * text.
 */
export function verifySignedJson<Shape>(
  signed: SignedText,
  schema: z.ZodType<Shape>,
  { trustedRoot, anySignerName }: TcbAuthority,
  atMs: number,
  check: string,
): { readonly value: Shape; readonly signer: X509Certificate } {
  const chain = parseChain(signed.issuerChain, check, 2);
  verifyChain(chain, trustedRoot, atMs, check);
  const [signer] = chain;
  expect(signer !== undefined, check, 'there is no signer');
  const named = findCommonName(signer)?.endsWith(SIGNER_NAME) === true;
  expect(named || anySignerName, check, 'the signer is not for TCB data');
  const key = { key: signer.publicKey, dsaEncoding: 'ieee-p1363' } as const;
  const genuine = verify(
    'sha256',
    Buffer.from(signed.text),
    key,
    Buffer.from(signed.signature, 'hex'),
  );
  expect(genuine, check, 'the signature does not match the text');
  return { value: parseSigned(signed.text, schema, check), signer };
}

function parseSigned<Shape>(text: string, schema: z.ZodType<Shape>, check: string): Shape {
  try {
    return schema.parse(JSON.parse(text));
  } catch (cause) {
    throw new EvidenceError(check, 'the signed text is malformed', cause);
  }
}

/**
 * Requires issueDate <= at <= nextUpdate for a finite time. Throws an EvidenceError of the check.
 */
export function verifyWindow(
  window: { readonly issueDate: string; readonly nextUpdate: string },
  atMs: number,
  check: string,
): void {
  expect(Number.isFinite(atMs), check, 'no time to judge at');
  expect(Date.parse(window.issueDate) <= atMs, check, 'issued after this time');
  expect(atMs <= Date.parse(window.nextUpdate), check, 'expired before this time');
}
