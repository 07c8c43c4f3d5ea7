/** Asks a live service for its document, and sees what an auditor can see of the way to it. */
import { parseBundle } from '../bundle.js';
import type { CaaSight } from '../channel/caa-sight.js';
import { recordOf, type Sight } from '../channel/sight.js';
import { EvidenceError } from '../check.js';
import { dnsResolver, lookUpCaa, type CaaResolver } from '../collect/look-up-caa.js';
import { parseStatement, type Statement } from '../schema/statement.js';
import { askOverChannel } from './ask-service.js';

const DNS_DEADLINE_MS = 8_000;
const DNS_TIMEOUT_MS = 2_000;

/** A document, and what was seen of its connection and of the name. */
export type SeenService = { readonly text: string; readonly sight: Sight };

/** How to ask: a private authority of TLS, and another resolver than that of the system. */
export type SeeOptions = {
  readonly authority?: string | undefined;
  readonly resolver?: CaaResolver | undefined;
};

/** Returns the document for this nonce, bound to its connection. Rejects an UncheckableError. */
export async function seeService(
  url: string,
  nonce: string,
  { authority, resolver = dnsResolver(DNS_TIMEOUT_MS) }: SeeOptions,
): Promise<SeenService> {
  const { text, channel } = await askOverChannel(url, nonce, { bind: true, authority });
  const caa = await caaFor(text, url, resolver);
  return { text, sight: { url, nonce, channel, caa, capturedAt: undefined } };
}

/** The DNS is asked only about a service that names an account, which the records could limit. */
async function caaFor(
  text: string,
  url: string,
  resolver: CaaResolver,
): Promise<CaaSight | undefined> {
  const account = findStatement(text)?.tls?.acme_account_uri;
  if (account === undefined) return undefined;
  return lookUpCaa(new URL(url).hostname, resolver, DNS_DEADLINE_MS);
}

/** Returns the statement of a document, or undefined if it cannot be read. */
function findStatement(text: string): Statement | undefined {
  try {
    const { document } = parseBundle(text);
    return document && parseStatement(document.statement);
  } catch (error) {
    if (error instanceof EvidenceError) return undefined;
    throw error;
  }
}

/**
 * Returns the text of a bundle: the document with a record of what was seen. A reply that is no
 * document of a Sealwright service stays as it is, and the verifier says what is wrong with it.
 */
export function capturedBundle({ text, sight }: SeenService, nowMs: number): string {
  if (findStatement(text) === undefined) return text;
  const document = JSON.parse(text) as { readonly [name: string]: unknown };
  return JSON.stringify({ ...document, captured: recordOf(sight, nowMs) });
}
