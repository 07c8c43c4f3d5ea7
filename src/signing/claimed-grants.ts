/**
 * What a text claims to grant, read as leniently as the laxest verifier might: whether something may never be signed must not
 * depend on our own parser being strict. For refusals alone; what is shown and what is done comes from a verified ReCap.
 */
import { decodeUtf8 } from '../protocol/bytes.js';
import { isRecord } from '../protocol/record.js';

export type ClaimedGrant = { readonly resource: string; readonly ability: string };

const RECAP = /urn:recap:([A-Za-z0-9_\-+/=]+)/gi;

/** Whether any capability at all is claimed, readable or not. */
export const claimsCapabilities = (text: string): boolean => /urn:recap:/i.test(text);

/** Every (resource, ability) that a ReCap in the text names. */
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
