import { readFileSync } from 'node:fs';
import { test } from '../test.js';
import { createSecp256k1Ecdsa } from '../../src/adapters/secp256k1-ecdsa.js';
import { ServiceKeys } from '../../src/keys/service-keys.js';
import { parseAddress } from '../../src/protocol/address.js';
import { hex } from '../../src/protocol/bytes.js';
import { deriveBytes } from '../../src/protocol/hkdf.js';
import { personalMessageDigest } from '../../src/protocol/eip191.js';
import type { Ecdsa } from '../../src/keys/ecdsa.js';

type Vectors = {
  readonly rootKey: string;
  readonly fingerprint: string;
  readonly wallet: string;
  readonly walletUserId: string;
  readonly walletAliasId: string;
  readonly documentKey: string;
  readonly keys: readonly {
    readonly id: string;
    readonly counter: number;
    readonly address: string;
  }[];
};

const file = new URL('../../../test/vectors/sealwright/key-derivation.json', import.meta.url);
const vectors = JSON.parse(readFileSync(file, 'utf8')) as Vectors;
const rootKey = (): Uint8Array => new Uint8Array(Buffer.from(vectors.rootKey, 'hex'));

test('every derivation is as published', (t) => {
  const keys = new ServiceKeys(rootKey(), createSecp256k1Ecdsa());
  const wallet = parseAddress(vectors.wallet);
  t.is(keys.fingerprint, vectors.fingerprint);
  t.is(keys.walletUserId(wallet), vectors.walletUserId);
  t.is(keys.walletAliasId(wallet), vectors.walletAliasId);
  t.is(hex(keys.documentKey('user', vectors.walletUserId)), vectors.documentKey);
  for (const { id, counter, address } of vectors.keys) {
    t.like(keys.createUserKey(id), { id, counter, address: parseAddress(address), version: 1 });
  }
});

test('a key that does not give the address on record signs nothing', (t) => {
  const keys = new ServiceKeys(rootKey(), createSecp256k1Ecdsa());
  const key = keys.createUserKey('a-0');
  const other = keys.createUserKey('a-1');
  const digest = personalMessageDigest(new Uint8Array());
  t.is(keys.sign(key, digest).length, 65);
  t.throws(() => keys.sign({ ...key, address: other.address }, digest), {
    code: 'ERR_KEY_MISMATCH',
  });
  t.throws(() => keys.sign({ ...key, counter: 1 }, digest), { code: 'ERR_KEY_MISMATCH' });
});

test('the address of a key is derived from its bytes once, and another address is refused each time', (t) => {
  const real = createSecp256k1Ecdsa();
  let derived = 0;
  const counting: Ecdsa = {
    ...real,
    publicKeyOf: (privateKey) => {
      derived += 1;
      return real.publicKeyOf(privateKey);
    },
  };
  const keys = new ServiceKeys(rootKey(), counting);
  const key = keys.createUserKey('a-0');
  const { address } = keys.createUserKey('a-1');
  const digest = personalMessageDigest(new Uint8Array());
  derived = 0;
  for (let time = 0; time < 3; time += 1) {
    keys.sign(key, digest);
    t.throws(() => keys.sign({ ...key, address }, digest), { code: 'ERR_KEY_MISMATCH' });
  }
  t.is(derived, 1);
});

test('bytes outside the range of the curve are passed over, and the counter says so', (t) => {
  const real = createSecp256k1Ecdsa();
  let refusals = 2;
  const picky: Ecdsa = {
    ...real,
    publicKeyOf: (privateKey) => {
      refusals -= 1;
      return refusals >= 0 ? undefined : real.publicKeyOf(privateKey);
    },
  };
  t.is(new ServiceKeys(rootKey(), picky).createUserKey('a-0').counter, 2);
});

test('every secret from which the service makes a key is wiped', (t) => {
  const purposes = ['state', 'user-keys', 'user-id', 'wallet-id', 'session-token', 'recovery'];
  const secrets = purposes.map((each) => hex(deriveBytes(rootKey(), [`sealwright.${each}.v1`])));
  const wiped: string[] = [];
  const fill = Reflect.get(Uint8Array.prototype, 'fill');
  const recording: typeof fill = function (this: Uint8Array, ...given) {
    if (given[0] === 0) wiped.push(hex(this));
    return Reflect.apply(fill, this, given);
  };
  Reflect.defineProperty(Uint8Array.prototype, 'fill', { value: recording, configurable: true });
  try {
    t.is(new ServiceKeys(rootKey(), createSecp256k1Ecdsa()).fingerprint, vectors.fingerprint);
  } finally {
    Reflect.deleteProperty(Uint8Array.prototype, 'fill');
  }
  for (const secret of secrets) t.true(wiped.includes(secret));
});

test('the key that signed is wiped', (t) => {
  const real = createSecp256k1Ecdsa();
  const seen: Uint8Array[] = [];
  const spying: Ecdsa = {
    publicKeyOf: (privateKey) => {
      seen.push(privateKey);
      return real.publicKeyOf(privateKey);
    },
    sign: (digest, privateKey) => {
      seen.push(privateKey);
      return real.sign(digest, privateKey);
    },
    recover: (digest, compact, recoveryId) => real.recover(digest, compact, recoveryId),
  };
  const keys = new ServiceKeys(rootKey(), spying);
  const key = keys.createUserKey('a-0');
  for (let time = 0; time < 2; time += 1) keys.sign(key, new Uint8Array(32).fill(1));
  t.true(seen.length >= 4);
  t.true(seen.every((copy) => copy.every((byte) => byte === 0)));
});

test('a session hash is of one token only', (t) => {
  const keys = new ServiceKeys(rootKey(), createSecp256k1Ecdsa());
  const hash = keys.sessionHash('swt_a');
  t.true(keys.isSessionHash('swt_a', hash));
  t.false(keys.isSessionHash('swt_b', hash));
  t.false(keys.isSessionHash('swt_a', ''));
});
