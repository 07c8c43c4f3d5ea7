/**
 * What a malformed text claims to grant, read as leniently as the laxest verifier might: whether something may never be
 * signed must not depend on our own parser being strict. The policy refuses by it and uses it for nothing else; what is shown
 * and what is done comes from a verified ReCap.
 */
import { decodeUtf8 } from '../protocol/bytes.js';
import { isRecord } from '../protocol/record.js';

/** One ability over one resource, both as written. */
export type ClaimedGrant = { readonly resource: string; readonly ability: string };

const RECAP = /urn:recap:([A-Za-z0-9_\-+/=]+)/gi;

/** Every (resource, ability) that a ReCap anywhere in the text names; none for a ReCap that cannot be decoded. */
export function readClaimedGrants(text: string): readonly ClaimedGrant[] {
  return [...text.matchAll(RECAP)].flatMap(([, encoded]) => grantsIn(encoded ?? ''));
}

function grantsIn(encoded: string): readonly ClaimedGrant[] {
  const bytes = new Uint8Array(Buffer.from(encoded, 'base64'));
  try {
    const value: unknown = JSON.parse(decodeUtf8(bytes) ?? '');
    const att = isRecord(value) ? value['att'] : undefined;
    return Object.entries(isRecord(att) ? att : {}).flatMap(([resource, abilities]) =>
      Object.keys(isRecord(abilities) ? abilities : {}).map((ability) => ({ resource, ability })),
    );
  } catch {
    return [];
  }
}
