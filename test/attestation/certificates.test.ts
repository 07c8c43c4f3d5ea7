/**
 * Tests unsigned certificates with arbitrary content: each is refused for its content, and no other
 * error is thrown.
 */
import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { test } from '../test.js';
import { EvidenceError } from '../../attestation/check.js';
import { parseChain } from '../../attestation/evidence/certificates.js';
import { sourceFolder } from '../../attestation/trusted-roots.js';

const file = new URL('trusted-roots/sealwright-test-root.pem', sourceFolder());
const der = new X509Certificate(readFileSync(file)).raw;

/** Returns the root as PEM with the first byte of its serial number changed. */
function withSerial(first: number): string {
  const { serialNumber } = new X509Certificate(der);
  const copy = Buffer.from(der);
  copy[der.indexOf(Buffer.from(serialNumber, 'hex'))] = first;
  const lines = copy.toString('base64').match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
}

test('a serial number is parsed exactly', (t) => {
  const pem = withSerial(0x01);
  t.is(parseChain(pem + pem, 'a.check', 2).length, 2);
});

test('a certificate whose serial number is negative is refused by the check that reads it', (t) => {
  const pem = withSerial(0x80);
  const error = t.throws(() => parseChain(pem + pem, 'a.check', 2), { instanceOf: EvidenceError });
  t.is(error?.check, 'a.check');
});
