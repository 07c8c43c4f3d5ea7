/** Composes the app's sign-in request, the only prompt of the person (EIP-4361 with EIP-5573). */
import { base64url, bytesOfHex, cbor } from './encodings.js';
import type { SessionKey } from './session-key.js';

export type SignInRequest = {
  readonly domain: string;
  readonly address: string;
  readonly chainId: number;
  readonly key: SessionKey;
  readonly nonce: string;
  readonly issuedAt: string;
  readonly expirationTime: string;
};

const ABILITIES = ['del', 'get', 'list', 'put'];

/** Returns the resource of the app's own notes, and nothing else. */
export const notesResource = (chainId: number, address: string): string =>
  `tinycloud:pkh:eip155:${chainId}:${address}:default/kv/notes/`;

const statementOf = (resource: string): string =>
  'I further authorize the stated URI to perform the following actions on my behalf: ' +
  `(1) 'tinycloud.kv': ${ABILITIES.map((name) => `'${name}'`).join(', ')} for '${resource}'.`;

function recapOf(resource: string): string {
  const abilities = Object.fromEntries(ABILITIES.map((name) => [`tinycloud.kv/${name}`, [{}]]));
  return `urn:recap:${base64url(JSON.stringify({ att: { [resource]: abilities }, prf: [] }))}`;
}

/** Returns the text to sign. */
export function signInText(request: SignInRequest): string {
  const { domain, address, chainId, key, nonce, issuedAt, expirationTime } = request;
  const resource = notesResource(chainId, address);
  return [
    `${domain} wants you to sign in with your Ethereum account:`,
    address,
    '',
    statementOf(resource),
    '',
    `URI: ${key.did}`,
    'Version: 1',
    `Chain ID: ${chainId}`,
    `Nonce: ${nonce}`,
    `Issued At: ${issuedAt}`,
    `Expiration Time: ${expirationTime}`,
    'Resources:',
    `- ${recapOf(resource)}`,
  ].join('\n');
}

/** Returns the signed text in the form that a node accepts: a CACAO (CAIP-74). */
export function delegationHeader(request: SignInRequest, signature: string): string {
  const { domain, address, chainId, key, nonce, issuedAt, expirationTime } = request;
  const resource = notesResource(chainId, address);
  const bytes = cbor({
    h: { t: 'eip4361' },
    p: {
      iss: `did:pkh:eip155:${chainId}:${address}`,
      aud: key.did,
      domain,
      version: 1,
      nonce,
      iat: issuedAt,
      exp: expirationTime,
      statement: statementOf(resource),
      resources: [recapOf(resource)],
    },
    s: { s: bytesOfHex(signature), t: 'eip191' },
  });
  return base64url(Uint8Array.from(bytes), true);
}
