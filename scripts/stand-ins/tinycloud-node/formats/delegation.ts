import { undecodable } from '../refusal.js';
import { decodePaddedBase64Url, encodePaddedBase64Url } from './base64.js';
import { decodeCacao, type Cacao } from './cacao.js';
import type { Capability } from './capability.js';
import { cidOf } from './cid.js';
import { principalOf } from './did.js';
import { isJsonObject } from './json-tree.js';
import { readRecap } from './recap.js';
import { secondsToNs } from './timestamp.js';
import { decodeUcan, type Ucan } from './ucan.js';

/** The content of a delegation, in either of its two forms. It is not verified yet. */
export type Delegation = {
  readonly cid: string;
  /** The header that contained it, from which it can be decoded again. */
  readonly header: string;
  readonly delegator: string;
  readonly delegatee: string;
  readonly capabilities: readonly Capability[];
  readonly parents: readonly string[];
  readonly issuedAtNs?: bigint;
  readonly notBeforeNs?: bigint;
  readonly expiresAtNs?: bigint;
  /** A terminal delegation can be used but not passed on. */
  readonly terminal: boolean;
  readonly signed: SignedForm;
};
export type SignedForm =
  | { readonly form: 'cacao'; readonly cacao: Cacao }
  | { readonly form: 'ucan'; readonly ucan: Ucan };

const MODE_FACT = 'xyz.tinycloud.policy/delegationMode';

/**
 * A header is decoded for the record, by its route and when it is stored. This cache avoids the
 * repetition.
 */
const recent = new Map<string, Delegation>();
const MAX_RECENT = 64;

/**
 * Decodes the value of an `Authorization` header with a delegation: a JWT if it contains a dot,
 * otherwise a CACAO.
 */
export function decodeDelegation(header: string): Delegation {
  const known = recent.get(header);
  if (known !== undefined) return known;
  const delegation = header.includes('.')
    ? fromUcan(decodeUcan(header))
    : fromCacao(decodeCacaoHeader(header));
  if (recent.size >= MAX_RECENT) recent.clear();
  recent.set(header, delegation);
  return delegation;
}

/** Returns the CBOR of a CACAO header and its content. */
export function decodeCacaoHeader(header: string): { bytes: Uint8Array; cacao: Cacao } {
  const bytes = decodePaddedBase64Url(header);
  if (bytes === undefined) throw undecodable();
  return { bytes, cacao: decodeCacao(bytes) };
}

export function walletDid(cacao: Cacao): string {
  return `did:pkh:eip155:${cacao.chainId}:${cacao.address}`;
}

function fromCacao({ bytes, cacao }: { bytes: Uint8Array; cacao: Cacao }): Delegation {
  const recap = readRecap(cacao.resources, cacao.statement);
  return {
    cid: cidOf(bytes),
    header: encodePaddedBase64Url(bytes),
    delegator: walletDid(cacao),
    delegatee: principalOf(cacao.uri),
    capabilities: recap?.capabilities ?? [],
    parents: recap?.proofs ?? [],
    issuedAtNs: cacao.issuedAtNs,
    terminal: false,
    signed: { form: 'cacao', cacao },
    ...(cacao.notBeforeNs === undefined ? {} : { notBeforeNs: cacao.notBeforeNs }),
    ...(cacao.expiresAtNs === undefined ? {} : { expiresAtNs: cacao.expiresAtNs }),
  };
}

function fromUcan(ucan: Ucan): Delegation {
  return {
    cid: cidOf(new TextEncoder().encode(ucan.jwt)),
    header: ucan.jwt,
    delegator: principalOf(ucan.issuer),
    delegatee: principalOf(ucan.audience),
    capabilities: ucan.capabilities,
    parents: ucan.proofs,
    expiresAtNs: secondsToNs(ucan.expiresAtSeconds),
    terminal: ucan.facts.some((fact) => isJsonObject(fact) && fact.get(MODE_FACT) === 'terminal'),
    signed: { form: 'ucan', ucan },
    ...(ucan.notBeforeSeconds === undefined
      ? {}
      : { notBeforeNs: secondsToNs(ucan.notBeforeSeconds) }),
  };
}
