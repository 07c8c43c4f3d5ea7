import type { IncomingMessage } from 'node:http';
import type { Capability } from '../formats/capability.js';
import { decodeDelegation } from '../formats/delegation.js';
import { decodeInvocation } from '../formats/invocation.js';
import { decodeRevocation } from '../formats/revocation.js';

/** The record of a request, for tests of what a client sent. */
export type RequestRecord = {
  readonly method: string;
  /**
   * The path without ids: `/peer/generate`, `/encryption/networks`, `/encryption/networks/revoke`.
   */
  readonly route: string;
  readonly path: string;
  readonly abilities: readonly string[];
  readonly resources: readonly string[];
  /** CID of the delegation, invocation or revocation. */
  readonly cid?: string;
  /**
   * When the headers arrived, in wall-clock time with fractions, independent of the node's clock.
   */
  readonly startedAtMs: number;
  /** When the response was sent, or when the connection closed without one. */
  endedAtMs?: number;
  /** The status of the response, absent if there was none. */
  status?: number;
  readonly authorization?: string;
};

export function wallTimeMs(): number {
  return performance.timeOrigin + performance.now();
}

type Signed = { readonly cid: string; readonly capabilities: readonly Capability[] };

/** Starts the record of a request. A header that cannot be decoded leaves it without abilities. */
export function startRecord(message: IncomingMessage, route: string): RequestRecord {
  const authorization = message.headers.authorization?.trim();
  const signed = authorization === undefined ? undefined : decodeQuietly(route, authorization);
  const capabilities = signed?.capabilities ?? [];
  return {
    method: message.method ?? 'GET',
    route,
    path: message.url ?? '/',
    abilities: [...new Set(capabilities.map(({ ability }) => ability))],
    resources: [...new Set(capabilities.map(({ resource }) => resource.text))],
    startedAtMs: wallTimeMs(),
    ...(signed === undefined ? {} : { cid: signed.cid }),
    ...(authorization === undefined ? {} : { authorization }),
  };
}

function decodeQuietly(route: string, authorization: string): Signed | undefined {
  try {
    if (route === '/delegate') return decodeDelegation(authorization);
    if (route === '/revoke') return { ...decodeRevocation(authorization), capabilities: [] };
    return decodeInvocation(authorization);
  } catch {
    return undefined;
  }
}
