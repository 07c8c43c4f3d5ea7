/** Tests stateless challenges: each is valid as a whole, for its purpose, and in no other form. */
import { test } from '../test.js';
import { getAddress } from 'ethers';
import fc from 'fast-check';
import { createSecp256k1Ecdsa } from '../../src/adapters/secp256k1-ecdsa.js';
import { ServiceKeys } from '../../src/keys/service-keys.js';
import { parseAddress } from '../../src/protocol/address.js';
import {
  createPasskeyChallenge,
  isPasskeyChallenge,
  openPasskeyChallenge,
  type PasskeyPurpose,
} from '../../src/sign-in/passkey-challenge.js';

const keys = new ServiceKeys(new Uint8Array(32).fill(7), createSecp256k1Ecdsa());
const maker = { keys, passkeys: { origin: 'https://sealwright.example' } };
const random = fc.uint8Array({ minLength: 26, maxLength: 26 });
const times = fc.integer({ min: 0, max: 2 ** 47 });
const userIds = fc.stringMatching(/^[a-z2-7]{32}$/);
const purposes: fc.Arbitrary<PasskeyPurpose> = fc.oneof(
  fc.constant({ kind: 'register-new' } as const),
  fc.constant({ kind: 'authenticate' } as const),
  userIds.map((userId) => ({ kind: 'register-add', userId }) as const),
);

test('a challenge is valid for its purpose for five minutes', (t) => {
  fc.assert(
    fc.property(random, times, purposes, (bytes, nowMs, purpose) => {
      const made = createPasskeyChallenge(maker, purpose, nowMs, bytes);
      t.is(Buffer.from(made.challenge, 'base64url').length, 64);
      t.deepEqual(openPasskeyChallenge(maker, made.challenge, purpose, nowMs + 299_999), made);
      t.throws(() => openPasskeyChallenge(maker, made.challenge, purpose, nowMs + 300_000), {
        code: 'ERR_CHALLENGE_EXPIRED',
      });
    }),
  );
});

test('a challenge is invalid for another purpose, user, origin or root key', (t) => {
  const others = {
    origin: { keys, passkeys: { origin: 'https://sealwright.example:444' } },
    key: { ...maker, keys: new ServiceKeys(new Uint8Array(32).fill(8), createSecp256k1Ecdsa()) },
  };
  fc.assert(
    fc.property(random, times, purposes, purposes, (bytes, nowMs, purpose, other) => {
      const { challenge } = createPasskeyChallenge(maker, purpose, nowMs, bytes);
      const isSame = JSON.stringify(purpose) === JSON.stringify(other);
      t.is(isPasskeyChallenge(maker, challenge, other), isSame);
      for (const each of Object.values(others)) {
        t.false(isPasskeyChallenge(each, challenge, purpose));
      }
    }),
  );
});

test('a challenge with a changed bit or another length is invalid', (t) => {
  fc.assert(
    fc.property(random, times, purposes, fc.nat(511), (bytes, nowMs, purpose, bit) => {
      const { challenge } = createPasskeyChallenge(maker, purpose, nowMs, bytes);
      const changed = Buffer.from(challenge, 'base64url');
      changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      for (const wrong of [changed.toString('base64url'), challenge.slice(1), `${challenge}A`]) {
        t.throws(() => openPasskeyChallenge(maker, wrong, purpose, nowMs), {
          code: 'ERR_CHALLENGE_INVALID',
        });
      }
    }),
  );
});

test('passkey users and wallet users have ids of the same form that never collide', (t) => {
  const ids = fc.uint8Array({ minLength: 20, maxLength: 20 });
  fc.assert(
    fc.property(ids, (bytes) => {
      const address = parseAddress(getAddress(`0x${Buffer.from(bytes).toString('hex')}`));
      const wallet = keys.walletUserId(address);
      const passkey = keys.passkeyUserId(address);
      t.regex(passkey, /^[a-z2-7]{32}$/);
      t.not(passkey, wallet);
      t.not(passkey, keys.walletAliasId(address));
    }),
  );
});
