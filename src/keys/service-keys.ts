/**
 * Every key of the service, derived from the one root key that the enclave gives.
 *
 * | key           | HKDF info                            | for                                             |
 * | ------------- | ------------------------------------ | ----------------------------------------------- |
 * | state         | `sealwright.state.v1`                | sealing documents, one key a document           |
 * | user-key root | `sealwright.user-keys.v1`            | the Ethereum keys of users                      |
 * | user id       | `sealwright.user-id.v1`              | ids of users: a keyed hash of what they begin by |
 * | wallet id     | `sealwright.wallet-id.v1`            | the alias of a wallet that joined another user  |
 * | session token | `sealwright.session-token.v1`        | hashes of tokens, challenges                    |
 *
 * The root key itself is wiped after this. What is derived lives as long as the process does, and leaves this object only
 * as hashes, addresses and signatures.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { base32 } from 'multiformats/bases/base32';
import { ServiceError } from '../errors.js';
import { addressOfPublicKey, type Address } from '../protocol/address.js';
import { hex, utf8 } from '../protocol/bytes.js';
import { deriveBytes } from '../protocol/hkdf.js';
import type { Ecdsa } from './ecdsa.js';

export type KeyReference = {
  readonly id: string;
  readonly version: 1;
  readonly counter: number;
  readonly address: Address;
};

const mac = (key: Uint8Array, text: string): Uint8Array =>
  new Uint8Array(createHmac('sha256', key).update(utf8(text)).digest());

const base32Text = (bytes: Uint8Array): string => base32.encode(bytes).slice(1);

export class ServiceKeys {
  readonly #stateKey: Uint8Array;
  readonly #userKeyRoot: Uint8Array;
  readonly #userIdKey: Uint8Array;
  readonly #walletIdKey: Uint8Array;
  readonly #sessionTokenKey: Uint8Array;
  readonly #ecdsa: Ecdsa;
  /** Tells root keys apart without saying anything about them. */
  readonly fingerprint: string;

  /** `rootKey`: 32 bytes; the caller wipes it. */
  constructor(rootKey: Uint8Array, ecdsa: Ecdsa) {
    if (rootKey.length !== 32) throw new TypeError('the root key has 32 bytes');
    this.#stateKey = deriveBytes(rootKey, ['sealwright.state.v1']);
    this.#userKeyRoot = deriveBytes(rootKey, ['sealwright.user-keys.v1']);
    this.#userIdKey = deriveBytes(rootKey, ['sealwright.user-id.v1']);
    this.#walletIdKey = deriveBytes(rootKey, ['sealwright.wallet-id.v1']);
    this.#sessionTokenKey = deriveBytes(rootKey, ['sealwright.session-token.v1']);
    this.fingerprint = hex(deriveBytes(rootKey, ['sealwright.fingerprint.v1'], 8));
    this.#ecdsa = ecdsa;
  }

  documentKey(kind: string, id: string): Uint8Array {
    return deriveBytes(this.#stateKey, ['document', kind, id]);
  }

  /** 32 characters: the id of the user who signs in with this wallet and no other. */
  walletUserId(address: Address): string {
    return base32Text(mac(this.#userIdKey, address).subarray(0, 20));
  }

  /** 32 characters: the alias of a wallet that belongs to a user with an id of its own. */
  walletAliasId(address: Address): string {
    return base32Text(mac(this.#walletIdKey, address).subarray(0, 20));
  }

  /**
   * 32 characters: the id of the user who is begun with this registration challenge. No address begins like this prefix, so
   * it is never the id of a wallet user.
   */
  passkeyUserId(challenge: string): string {
    return base32Text(mac(this.#userIdKey, `passkey:${challenge}`).subarray(0, 20));
  }

  /** 32 bytes that only this service can put into the challenge of a passkey. */
  passkeyTag(challenge: string): Uint8Array {
    return mac(this.#sessionTokenKey, `passkey-challenge:${challenge}`);
  }

  /** What is stored in place of a session token. */
  sessionHash(token: string): string {
    return hex(mac(this.#sessionTokenKey, `session:${token}`));
  }

  /** Whether a stored hash is this token's, in constant time. */
  isSessionHash(token: string, hash: string): boolean {
    const expected = utf8(this.sessionHash(token));
    const given = utf8(hash);
    return expected.length === given.length && timingSafeEqual(expected, given);
  }

  /** 40 hex digits that only this service can put under a challenge. */
  challengeTag(challenge: string): string {
    return hex(mac(this.#sessionTokenKey, `challenge:${challenge}`).subarray(0, 20));
  }

  /** The address of a new key: the first counter whose bytes are a key of the curve. */
  createUserKey(id: string): KeyReference {
    for (let counter = 0; counter < 256; counter += 1) {
      const privateKey = this.#derive(id, 1, counter);
      const publicKey = this.#ecdsa.publicKeyOf(privateKey);
      privateKey.fill(0);
      if (publicKey !== undefined) {
        return { id, version: 1, counter, address: addressOfPublicKey(publicKey) };
      }
    }
    throw new TypeError('no key in the range of the curve');
  }

  /**
   * Signs a 32-byte digest with a user's key. The derived key must give the address on record, else nothing is signed:
   * ERR_KEY_MISMATCH.
   */
  sign(reference: KeyReference, digest: Uint8Array): Uint8Array {
    const privateKey = this.#derive(reference.id, reference.version, reference.counter);
    try {
      const publicKey = this.#ecdsa.publicKeyOf(privateKey);
      if (publicKey === undefined || addressOfPublicKey(publicKey) !== reference.address) {
        throw new ServiceError('ERR_KEY_MISMATCH', { detail: { address: reference.address } });
      }
      return this.#ecdsa.sign(digest, privateKey);
    } finally {
      privateKey.fill(0);
    }
  }

  #derive(id: string, version: number, counter: number): Uint8Array {
    return deriveBytes(this.#userKeyRoot, ['user-key', String(version), id, String(counter)]);
  }
}
