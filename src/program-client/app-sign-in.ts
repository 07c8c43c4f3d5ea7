/**
 * Composes the sign-in request of an app's SDK: two spaces in one SIWE message for the person's
 * address. Its capabilities come from recorded SDK data and not from the engine's tables, so that
 * each is tested against the other.
 */
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { parseAddress } from '../protocol/address.js';
import { encodeKeyDid, verificationMethodOf } from '../protocol/did.js';
import { ed25519KeyOf } from '../protocol/ed25519.js';
import { createRecap, withRecap } from '../protocol/recap.js';
import { encodeSiweMessage } from '../protocol/siwe-message.js';

const DATA = new URL('../../../test/vectors/tinycloud/bootstrap-data.json', import.meta.url);

/** A sign-in message, and the seed of the session key that it names. */
export type AppSignIn = { readonly siwe: string; readonly sessionSeed: Uint8Array };

type Attenuations = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** Composes the sign-in request of an app. */
export function composeAppSignIn(address: string, domain: string, nowMs: number): AppSignIn {
  const data = JSON.parse(readFileSync(DATA, 'utf8')) as {
    readonly address: string;
    readonly recapAtt: { readonly default: Attenuations };
  };
  const entries = Object.entries(data.recapAtt.default).map(
    ([resource, abilities]) =>
      [resource.replaceAll(data.address, address), Object.keys(abilities)] as const,
  );
  const sessionSeed = new Uint8Array(randomBytes(32));
  const message = withRecap(
    {
      domain,
      address: parseAddress(address),
      uri: verificationMethodOf(encodeKeyDid(ed25519KeyOf(sessionSeed).publicKey)),
      chainId: 1,
      nonce: randomBytes(9).toString('hex'),
      issuedAt: new Date(nowMs).toISOString(),
      expirationTime: new Date(nowMs + 3_600_000).toISOString(),
    },
    createRecap(entries),
  );
  return { siwe: encodeSiweMessage(message), sessionSeed };
}
