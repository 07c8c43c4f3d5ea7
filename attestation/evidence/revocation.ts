/** Verifies that nothing between the trusted root and the quote or its collateral was revoked. */
import type { X509Certificate } from 'node:crypto';
import { expect } from '../check.js';
import { parseChain, verifyChain } from './certificates.js';
import type { UnverifiedCollateral } from './collateral.js';
import { isRevoked, parseCrl, verifyCrl, type VerifiedCrl } from './crl.js';

const CHECK = 'collateral.crl';

const listOf = (hex: string, issuer: X509Certificate, atMs: number): VerifiedCrl =>
  verifyCrl(parseCrl(new Uint8Array(Buffer.from(hex, 'hex')), CHECK), issuer, atMs, CHECK);

/** Returns the issuer that the collateral names for its PCK list, verified up to the root. */
function verifyListIssuer(pem: string, root: X509Certificate, atMs: number): X509Certificate {
  const chain = parseChain(pem, CHECK, 2);
  verifyChain(chain, root, atMs, CHECK, 'ca');
  const [issuer] = chain;
  expect(issuer !== undefined, CHECK, 'there is no issuer of the PCK list');
  return issuer;
}

/**
 * Verifies that both lists are signed by their issuers and valid at the time, that the PCK list is
 * from the authority (platform or processor) that issued this PCK, and that the PCK, its authority
 * and the signers of the collateral are not revoked. `pckChain` must have been verified up to
 * `trustedRoot`. Returns the number of serials on each list. Throws an EvidenceError of
 * `collateral.crl`.
 */
export function verifyRevocation(
  collateral: UnverifiedCollateral,
  pckChain: readonly X509Certificate[],
  trustedRoot: X509Certificate,
  atMs: number,
): { readonly pckSerials: number; readonly rootSerials: number } {
  const [pck, ca] = pckChain;
  expect(pck !== undefined && ca !== undefined, CHECK, 'there is no PCK to look for');
  const issuer = verifyListIssuer(collateral.pck_crl_issuer_chain, trustedRoot, atMs);
  const same = issuer.subject === ca.subject && issuer.publicKey.equals(ca.publicKey);
  expect(same, CHECK, 'the PCK list is not from the authority that issued this PCK');
  const rootList = listOf(collateral.root_ca_crl, trustedRoot, atMs);
  const pckList = listOf(collateral.pck_crl, ca, atMs);
  const signers = [collateral.tcb_info_issuer_chain, collateral.qe_identity_issuer_chain].flatMap(
    (pem) => parseChain(pem, CHECK, 2),
  );
  for (const certificate of [ca, issuer, trustedRoot, ...signers]) {
    expect(!isRevoked(rootList, certificate), CHECK, 'the root revoked an authority or a signer');
  }
  expect(!isRevoked(pckList, pck), CHECK, 'the PCK is revoked');
  return { pckSerials: pckList.revoked.size, rootSerials: rootList.revoked.size };
}
