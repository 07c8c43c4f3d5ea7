/**
 * The roots at which a PCK chain may end: Intel's root, and test roots, which prove nothing about
 * hardware.
 */
import { X509Certificate } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { sha256Hex } from './bytes.js';

/** A root certificate that the verifier knows. */
export type TrustedRoot = {
  readonly certificate: X509Certificate;
  /** SHA-256 of the certificate's DER, in hex. */
  readonly sha256: string;
  readonly isHardware: boolean;
};

/** SHA-256 of the Intel SGX Root CA. */
export const INTEL_ROOT_SHA256 = '44a0196b2b99f889b8e149e95b807a350e7424964399e885a7cbb8ccfab674d3';

/**
 * Returns the folder with the roots, policies and samples. This module runs from `dist/` of the
 * package or from `dist/attestation/` of the repository.
 */
export function sourceFolder(): URL {
  const compiled = new URL('./', import.meta.url);
  return compiled.pathname.endsWith('/dist/attestation/')
    ? new URL('../../attestation/', compiled)
    : new URL('../', compiled);
}

/** Returns the SHA-256 of a certificate's DER, in hex. */
export function sha256Of(certificate: X509Certificate): string {
  return sha256Hex(certificate.raw);
}

/** Reads the roots that ship with the verifier: Intel's root, and test roots without hardware. */
export function readShippedRoots(): readonly TrustedRoot[] {
  const folder = new URL('trusted-roots/', sourceFolder());
  return readdirSync(folder)
    .filter((name) => name.endsWith('.pem'))
    .map((name) => {
      const certificate = new X509Certificate(readFileSync(new URL(name, folder)));
      const sha256 = sha256Of(certificate);
      return { certificate, sha256, isHardware: sha256 === INTEL_ROOT_SHA256 };
    });
}

/** Parses a test root that the auditor provides. Throws TypeError if it is not a certificate. */
export function parseTestRoot(pem: string): TrustedRoot {
  try {
    const certificate = new X509Certificate(pem);
    return { certificate, sha256: sha256Of(certificate), isHardware: false };
  } catch (cause) {
    throw new TypeError('not a certificate in PEM', { cause });
  }
}
