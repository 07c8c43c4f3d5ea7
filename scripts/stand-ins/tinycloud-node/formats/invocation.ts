import type { Capability } from './capability.js';
import { cidOf } from './cid.js';
import { principalOf } from './did.js';
import type { Json } from './json-tree.js';
import { decodeUcan, type Ucan } from './ucan.js';

/** One signed request. It is not verified yet. */
export type Invocation = {
  readonly cid: string;
  readonly ucan: Ucan;
  readonly invoker: string;
  readonly capabilities: readonly Capability[];
  readonly parents: readonly string[];
  readonly facts: readonly Json[];
};

/** Decodes the value of an `Authorization` header with an invocation, which must be a JWT. */
export function decodeInvocation(header: string): Invocation {
  const ucan = decodeUcan(header);
  return {
    cid: cidOf(new TextEncoder().encode(ucan.jwt)),
    ucan,
    invoker: principalOf(ucan.issuer),
    capabilities: ucan.capabilities,
    parents: ucan.proofs,
    facts: ucan.facts,
  };
}
