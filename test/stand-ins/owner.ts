import { ed25519 } from '@noble/curves/ed25519';
import { encodeDidKey } from '../../scripts/stand-ins/tinycloud-node/formats/did-key.js';

/** Abilities by resource URI, with caveats where a test needs them. */
export type Attenuation = Readonly<
  Record<string, readonly string[] | Readonly<Record<string, unknown>>>
>;

/**
 * A key that owns its spaces directly (`tinycloud:key:…`). It needs neither a wallet nor a
 * delegation to host and to invoke.
 */
export type Owner = {
  readonly did: string;
  spaceId(name: string): string;
  networkId(name: string): string;
  /** Signs a token. `extra` members replace the usual ones. Each token has its own nonce. */
  token(att: Attenuation, extra?: Readonly<Record<string, unknown>>): string;
};

let nonces = 0;

export function createOwner(seed: number, nowMs: () => number = Date.now): Owner {
  const key = new Uint8Array(32).fill(seed);
  const did = encodeDidKey(ed25519.getPublicKey(key));
  const method = `${did}#${did.slice('did:key:'.length)}`;
  return {
    did,
    spaceId: (name) => `tinycloud:${did.slice('did:'.length)}:${name}`,
    networkId: (name) => `urn:tinycloud:encryption:${did}:${name}`,
    token: (att, extra = {}) => {
      nonces += 1;
      const payload = {
        iss: method,
        aud: did,
        exp: Math.floor(nowMs() / 1000) + 60,
        nnc: `nonce-${nonces}`,
        prf: [],
        att: writeAttenuation(att),
        ...extra,
      };
      const signed = [{ alg: 'EdDSA', typ: 'JWT', ucv: '0.10.0' }, payload]
        .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
        .join('.');
      const signature = ed25519.sign(new TextEncoder().encode(signed), key);
      return `${signed}.${Buffer.from(signature).toString('base64url')}`;
    },
  };
}

function writeAttenuation(att: Attenuation): object {
  const entries = Object.entries(att).map(([resource, abilities]) => {
    const isList = Array.isArray(abilities);
    const written = isList
      ? abilities.map((ability) => [ability, [{}]])
      : Object.entries(abilities);
    return [resource, Object.fromEntries(written)];
  });
  return Object.fromEntries(entries);
}
