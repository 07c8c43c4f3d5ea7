/** Verifies that collateral applies to the machine that made the quote. */
import type { X509Certificate } from 'node:crypto';
import { EvidenceError, expect } from '../check.js';
import { findCommonName, parseChain } from './certificates.js';
import type { UnverifiedCollateral } from './collateral.js';
import type { PckPlatform } from './pck-extension.js';
import type { TcbInfo } from './tcb-info.js';
import { hex } from '../bytes.js';

const CHECK = 'collateral.match';

/**
 * Returns which of Intel's two PCK authorities a certificate is, by its name. Throws an
 * EvidenceError of `collateral.match`.
 */
export function readCaKind(ca: X509Certificate): 'platform' | 'processor' {
  const name = findCommonName(ca) ?? '';
  if (name.endsWith('PCK Platform CA')) return 'platform';
  if (name.endsWith('PCK Processor CA')) return 'processor';
  throw new EvidenceError(
    CHECK,
    'the PCK is from neither the platform nor the processor authority',
  );
}

/**
 * Returns whether the collateral contains a PCK chain, and whose. It never replaces the quote's own
 * chain.
 */
export function whosePckChain(
  collateral: UnverifiedCollateral,
  pckChain: readonly X509Certificate[],
): 'none' | 'the same' | 'of another machine' {
  if (collateral.pck_certificate_chain === undefined) return 'none';
  const theirs = parseChain(collateral.pck_certificate_chain, CHECK);
  const same = theirs.every((certificate, at) => pckChain[at]?.raw.equals(certificate.raw));
  return same ? 'the same' : 'of another machine';
}

/**
 * Verifies that family, PCE id and kind of authority are those of the PCK, and that a chain in the
 * collateral is the quote's own. Throws an EvidenceError of `collateral.match`.
 */
export function verifyMatch(
  collateral: UnverifiedCollateral,
  tcbInfo: TcbInfo,
  pck: PckPlatform,
  pckChain: readonly X509Certificate[],
): { readonly caKind: 'platform' | 'processor' } {
  const [, ca] = pckChain;
  const [listIssuer] = parseChain(collateral.pck_crl_issuer_chain, CHECK, 2);
  expect(ca !== undefined && listIssuer !== undefined, CHECK, 'there is no PCK authority');
  expect(tcbInfo.fmspc.toLowerCase() === hex(pck.fmspc), CHECK, 'FMSPC is not that of the PCK');
  expect(tcbInfo.pceId.toLowerCase() === hex(pck.pceId), CHECK, 'PCE id is not that of the PCK');
  const caKind = readCaKind(ca);
  expect(readCaKind(listIssuer) === caKind, CHECK, 'the PCK list is from the other authority');
  const whose = whosePckChain(collateral, pckChain);
  expect(
    whose !== 'of another machine',
    CHECK,
    'the collateral contains the PCK chain of another machine',
  );
  return { caKind };
}
