/**
 * One user with one key and one session in memory, enough to sign and to review without a service.
 */
import { createSecp256k1Ecdsa } from '../../src/adapters/secp256k1-ecdsa.js';
import { addKey } from '../../src/accounts/add-key.js';
import type { AuthorizedChange } from '../../src/accounts/authorized-change.js';
import {
  createUser,
  type PasskeyCredential,
  type UserDocument,
  type UserKey,
  type UserSession,
} from '../../src/accounts/user-document.js';
import type { Users } from '../../src/accounts/users.js';
import { ServiceKeys } from '../../src/keys/service-keys.js';
import { parseAddress } from '../../src/protocol/address.js';
import { createRecap, type Recap, withRecap } from '../../src/protocol/recap.js';
import { encodeSiweMessage, type SiweMessage } from '../../src/protocol/siwe-message.js';
import { PendingReviews } from '../../src/signing/review/pending-reviews.js';
import { reviewsInMemory } from '../../src/signing/review/reviews.js';
import type { SideEffects } from '../../src/api/reviews.js';
import type { ReviewedContext } from '../../src/signing/sign-reviewed.js';
import type { DelegateContext } from '../../src/signing/delegate-sign.js';

export const NOW_MS = Date.parse('2026-03-01T12:00:00.000Z');
export const HOUR_MS = 3_600_000;
export const APP = 'https://app.example';
export const PEER = 'did:key:z6MkpGY8zisL5GgtPSk6654c3S4318u269ypTkkktF78NUe4';
const WALLET = parseAddress('0x31d40B62C395B9418C4198363619B11c65cD406F');

export const service = new ServiceKeys(new Uint8Array(32).fill(7), createSecp256k1Ecdsa());

export const session: UserSession = {
  id: 's'.repeat(16),
  hash: '',
  transport: 'cookie',
  credentialId: 'wallet-x',
  createdAtMs: NOW_MS,
  expiresAtMs: NOW_MS + 30 * 86_400_000,
  verifiedAtMs: NOW_MS,
  lastSeenAtMs: NOW_MS,
  rotatedAtMs: NOW_MS,
};

export const passkey: PasskeyCredential = {
  kind: 'passkey',
  id: 'cGFzc2tleQ',
  publicKey: 'cHVibGlj',
  counter: 1,
  transports: [],
  deviceType: 'singleDevice',
  backedUp: false,
  name: 'Passkey',
  addedAtMs: NOW_MS,
};

/** Creates the user, and the first of two keys. */
export function createOneUser(): { readonly user: UserDocument; readonly key: UserKey } {
  const wallet = { kind: 'wallet', address: WALLET, addedAtMs: NOW_MS } as const;
  const fresh = createUser('a'.repeat(32), wallet, NOW_MS);
  const user = addKey(addKey(fresh, service, 'Main', NOW_MS), service, 'Second', NOW_MS);
  const [key] = user.keys;
  if (key === undefined) throw new TypeError('a key was added');
  return { user: { ...user, sessions: [session] }, key };
}

/** Returns a sign-in request of the app with rights to a space of the address. */
export function composeRequest(
  { address }: UserKey,
  recap: Recap,
  changes: Partial<SiweMessage> = {},
): string {
  const message: SiweMessage = {
    domain: 'app.example',
    address,
    uri: PEER,
    chainId: 1,
    nonce: 'abcdefgh12345678',
    issuedAt: new Date(NOW_MS).toISOString(),
    expirationTime: new Date(NOW_MS + HOUR_MS).toISOString(),
    ...changes,
  };
  return encodeSiweMessage(withRecap(message, recap));
}

export const spaceOf = (address: string, name: string, chain = 1): string =>
  `tinycloud:pkh:eip155:${chain}:${address}:${name}`;

/** Returns a ReCap with one ability on one resource. */
export const rightOver = (resource: string, ability: string): Recap =>
  createRecap([[resource, [ability]]]);

/** The dependencies of signing. `disk` is the document under the lock. */
export class SigningMachine {
  disk: UserDocument;
  nowMs = NOW_MS;
  sideEffects: SideEffects | null = null;
  readonly signatures: Uint8Array[] = [];
  readonly scheduled: { readonly task: () => void; readonly delayMs: number }[] = [];
  readonly reviews = new PendingReviews({
    clock: () => this.nowMs,
    schedule: (task, delayMs) => void this.scheduled.push({ task, delayMs }),
  });
  verifyAssertion: ReviewedContext['verifyAssertion'] = async () => (same) => same;
  #count = 0;

  constructor(user: UserDocument) {
    this.disk = user;
  }

  get context(): ReviewedContext & DelegateContext {
    const users = {
      update: async (change: AuthorizedChange) => {
        this.disk = change.apply(this.disk, this.nowMs);
        return this.disk;
      },
    } as unknown as Users;
    const keys = {
      sign: (...args: Parameters<ServiceKeys['sign']>) => {
        const signature = service.sign(...args);
        this.signatures.push(signature);
        return signature;
      },
    } as unknown as ServiceKeys;
    return {
      users,
      keys,
      reviews: reviewsInMemory(this.reviews),
      afterSign: async () => ({ status: 'skipped', state: 'skipped', reason: 'not-tinycloud' }),
      clock: () => this.nowMs,
      randomBytes: (length) => {
        this.#count += 1;
        const bytes = new Uint8Array(length);
        new DataView(bytes.buffer).setUint32(0, this.#count);
        return bytes;
      },
      reportDecision: () => undefined,
      signing: { ownHost: 'sealwright.example', appOrigins: [APP], chainIds: [1] },
      findSideEffects: () => this.sideEffects,
      verifyAssertion: (...args) => this.verifyAssertion(...args),
      delegateDomains: ['app.example'],
      findAllowedRequest: () => ({ kind: 'session' }),
      findHostPeer: async () => undefined,
    };
  }
}
