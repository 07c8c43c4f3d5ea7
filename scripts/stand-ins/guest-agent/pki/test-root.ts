/**
 * The published test root. Its key is public, so its signatures prove nothing, and a verifier
 * reports that.
 */
import { webcrypto } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { x509, type PrivateKey } from './x509.js';

const PRIVATE_KEY = {
  kty: 'EC',
  crv: 'P-256',
  x: 'dP55K7RDhq-_Bdy8VxcUKumIm3BDtjdfgirf6cjeKv4',
  y: '_0lJskjSTQGkQqQF7XIQr8bX173WPQ6O5GW7aQPfvQI',
  d: 'DJOCY4bJhcAK7LvIv1xQI-hTSpwhHcx0beWt9jAVyWw',
};

/** SHA-256 of the certificate (DER). */
export const TEST_ROOT_SHA256 = 'cea2d0284ff5a562b7102ac8f3d73096f52adcc9599f0f5b970d9cf749f9893b';

// Relative to dist/scripts/stand-ins/guest-agent/pki, the folder beside the sources.
const FILE = new URL(
  '../../../../../attestation/trusted-roots/sealwright-test-root.pem',
  import.meta.url,
);

export async function readTestRoot(): Promise<{
  certificate: x509.X509Certificate;
  key: PrivateKey;
}> {
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256' };
  const key = await webcrypto.subtle.importKey('jwk', PRIVATE_KEY, algorithm, false, ['sign']);
  return { certificate: new x509.X509Certificate(readFileSync(FILE, 'utf8')), key };
}
