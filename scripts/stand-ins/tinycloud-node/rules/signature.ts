import type { SignedForm } from '../formats/delegation.js';
import { isPersonalSignature } from '../formats/eip191.js';
import { msToNs } from '../formats/timestamp.js';
import { isUcanSignatureValid, isUcanTimely } from '../formats/ucan.js';

export function isSignatureValid(signed: SignedForm): boolean {
  if (signed.form === 'ucan') return isUcanSignatureValid(signed.ucan);
  const { siwe, signature, address } = signed.cacao;
  return isPersonalSignature(siwe, signature, address);
}

/** Returns whether the object is within its own time window now. */
export function isTimely(signed: SignedForm, nowMs: number): boolean {
  if (signed.form === 'ucan') return isUcanTimely(signed.ucan, nowMs);
  const now = msToNs(nowMs);
  const { notBeforeNs, expiresAtNs } = signed.cacao;
  return (
    (notBeforeNs === undefined || notBeforeNs < now) &&
    (expiresAtNs === undefined || expiresAtNs >= now)
  );
}
