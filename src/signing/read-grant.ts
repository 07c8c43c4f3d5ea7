import type { SignedGrant, UserKey } from '../accounts/user-document.js';
import { findRecapRequest } from '../protocol/recap.js';
import { findResource } from '../protocol/resource.js';
import { textOf } from './payload.js';

/** The rights over spaces that a payload grants, undefined where it grants none. */
export function readGrant(
  payload: Uint8Array,
  key: UserKey,
  nowMs: number,
): SignedGrant | undefined {
  const text = textOf(payload);
  const request = text === undefined ? undefined : findRecapRequest(text);
  if (request === undefined || request.message.address !== key.address) return undefined;
  const { message, recap } = request;
  const spaces = [...recap.attenuations.keys()].flatMap((uri) => {
    const resource = findResource(uri);
    return resource?.kind === 'space' && resource.service !== 'space' ? [resource.space.name] : [];
  });
  if (spaces.length === 0) return undefined;
  const { expirationTime, domain } = message;
  return {
    keyId: key.id,
    domain: domain.slice(0, 300),
    signedAtMs: nowMs,
    expiresAtMs: expirationTime === undefined ? null : Date.parse(expirationTime),
    spaces: [...new Set(spaces)].slice(0, 20),
  };
}
