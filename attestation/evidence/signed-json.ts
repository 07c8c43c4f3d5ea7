/**
 * JSON that Intel's TCB signing key signed as bytes (TCB information, QE identity): the signature is verified over the very
 * text, its chain leads to the trusted root, and the text holds only within its own window.
 */
import { verify, type X509Certificate } from 'node:crypto';
import { z } from 'zod';
import { EvidenceError, expect } from '../check.js';
import { findCommonName, parseChain, verifyChain } from './certificates.js';

export type SignedText = {
  readonly text: string;
  /** r ‖ s, 128 hex digits. */
  readonly signature: string;
  /** PEM: the signer, then the root. */
  readonly issuerChain: string;
};

export const hexText = (bytes: number) =>
  z.string().regex(new RegExp(`^[0-9a-fA-F]{${2 * bytes}}$`));

export const dateText = z
  .string()
  .regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/)
  .refine((text) => Number.isFinite(Date.parse(text)));

export const tcbStatusText = z.enum([
  'UpToDate',
  'SWHardeningNeeded',
  'ConfigurationNeeded',
  'ConfigurationAndSWHardeningNeeded',
  'OutOfDate',
  'OutOfDateConfigurationNeeded',
  'Revoked',
]);
export type TcbStatus = z.infer<typeof tcbStatusText>;

const SIGNER_NAME = 'SGX TCB Signing';

/**
 * The parsed text and the certificate that signed it. Throws an EvidenceError of the check for a wrong signature or chain,
 * a signer that is not Intel's for this, or a text of another shape.
 */
export function verifySignedJson<Shape>(
  signed: SignedText,
  schema: z.ZodType<Shape>,
  trustedRoot: X509Certificate,
  atMs: number,
  check: string,
): { readonly value: Shape; readonly signer: X509Certificate } {
  const chain = parseChain(signed.issuerChain, check, 2);
  verifyChain(chain, trustedRoot, atMs, check);
  const [signer] = chain;
  expect(signer !== undefined, check, 'there is no signer');
  const named = findCommonName(signer)?.endsWith(SIGNER_NAME) === true;
  expect(named, check, 'the signer signs no TCB');
  const key = { key: signer.publicKey, dsaEncoding: 'ieee-p1363' } as const;
  const genuine = verify(
    'sha256',
    Buffer.from(signed.text),
    key,
    Buffer.from(signed.signature, 'hex'),
  );
  expect(genuine, check, 'the signature is not of this text');
  return { value: parseSigned(signed.text, schema, check), signer };
}

function parseSigned<Shape>(text: string, schema: z.ZodType<Shape>, check: string): Shape {
  try {
    return schema.parse(JSON.parse(text));
  } catch (cause) {
    throw new EvidenceError(check, 'the signed text has another shape', cause);
  }
}

/** Demands issueDate <= at <= nextUpdate at a finite time. Throws an EvidenceError of the check. */
export function verifyWindow(
  window: { readonly issueDate: string; readonly nextUpdate: string },
  atMs: number,
  check: string,
): void {
  expect(Number.isFinite(atMs), check, 'no time to judge at');
  expect(Date.parse(window.issueDate) <= atMs, check, 'issued after this time');
  expect(atMs <= Date.parse(window.nextUpdate), check, 'should have been replaced at this time');
}
