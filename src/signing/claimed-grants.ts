/**
 * Reads what a malformed text claims to grant, as leniently as the least strict verifier might: a
 * rule that never signs something must not depend on the strictness of our own parser. Only the
 * policy uses it, and only to refuse; what a person is shown and what the service does come from a
 * verified ReCap.
 */
import { decodeUtf8 } from '../protocol/bytes.js';
import { isRecord } from '../protocol/record.js';

/** One ability on one resource, both as written. */
export type ClaimedGrant = { readonly resource: string; readonly ability: string };

const RECAP = /urn:recap:([A-Za-z0-9_\-+/=]+)/gi;

/**
 * Returns every pair of resource and ability in any ReCap of the text. A ReCap that cannot be
 * decoded contributes none.
 */
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
