import { undecodable } from '../refusal.js';
import { canonicalCid, cidOf } from './cid.js';
import { decodeCacaoHeader, walletDid, type SignedForm } from './delegation.js';
import { principalOf } from './did.js';
import { decodeUcan, type Ucan } from './ucan.js';

/** A request to revoke a delegation. It is not verified yet. */
export type Revocation = {
  readonly cid: string;
  readonly revoked: string;
  readonly revoker: string;
  readonly parents: readonly string[];
  readonly signed: SignedForm;
};

/**
 * Decodes a CACAO whose URI is `ucan:<CID>`, or a UCAN that names `urn:cid:<CID>` (or else its
 * first proof).
 */
export function decodeRevocation(header: string): Revocation {
  return header.includes('.') ? fromUcan(decodeUcan(header)) : fromCacao(header);
}

function fromCacao(header: string): Revocation {
  const { bytes, cacao } = decodeCacaoHeader(header);
  const revoked = cacao.uri.startsWith('ucan:')
    ? canonicalCid(cacao.uri.slice('ucan:'.length))
    : undefined;
  if (revoked === undefined) throw undecodable();
  return {
    cid: cidOf(bytes),
    revoked,
    revoker: walletDid(cacao),
    parents: [],
    signed: { form: 'cacao', cacao },
  };
}

function fromUcan(ucan: Ucan): Revocation {
  const named = ucan.capabilities.find(({ resource }) => resource.text.startsWith('urn:cid:'));
  const revoked =
    named === undefined
      ? ucan.proofs[0]
      : canonicalCid(named.resource.text.slice('urn:cid:'.length));
  if (revoked === undefined) throw undecodable();
  return {
    cid: cidOf(new TextEncoder().encode(ucan.jwt)),
    revoked,
    revoker: principalOf(ucan.issuer),
    parents: ucan.proofs,
    signed: { form: 'ucan', ucan },
  };
}
