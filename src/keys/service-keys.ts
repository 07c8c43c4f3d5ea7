/**
 * Every key of the service, derived from the single root key of the enclave.
 *
 * | key           | HKDF info                     | purpose                                           |
 * | ------------- | ----------------------------- | ------------------------------------------------- |
 * | state         | `sealwright.state.v1`         | seals documents, one derived key for each         |
 * | user-key root | `sealwright.user-keys.v1`     | the Ethereum keys of users                        |
 * | user id       | `sealwright.user-id.v1`       | ids of users, a keyed hash of wallet or challenge |
 * | wallet id     | `sealwright.wallet-id.v1`     | aliases of wallets that joined another user       |
 * | session token | `sealwright.session-token.v1` | hashes of session tokens, tags of challenges      |
 * | recovery      | `sealwright.recovery.v1`      | hashes of recovery codes, ids of their sets       |
 *
 * The caller wipes the root key after construction. The derived keys live as long as the process.
 * Only derived document keys, hashes, addresses, signatures and encrypted key files leave this
 * object.
 */
import { createHmac, createSecretKey, type KeyObject, timingSafeEqual } from 'node:crypto';
import { base32 } from 'multiformats/bases/base32';
import { ServiceError } from '../errors.js';
import { addressOfPublicKey, type Address } from '../protocol/address.js';
import { hex, utf8 } from '../protocol/bytes.js';
import { createDerivation, deriveBytes } from '../protocol/hkdf.js';
import { BoundedMap } from '../runtime/bounded-map.js';
import type { Ecdsa } from './ecdsa.js';
import { encryptKeystore, type KeystoreFile } from './keystore-file.js';

/** The parameters that derive a user's key again, and the address it must have. */
export type KeyReference = {
  readonly id: string;
  readonly version: 1;
  readonly counter: number;
  readonly address: Address;
};

const mac = (key: KeyObject, text: string): Uint8Array =>
  new Uint8Array(createHmac('sha256', key).update(utf8(text)).digest());

const base32Text = (bytes: Uint8Array): string => base32.encode(bytes).slice(1);

/** Compares two texts in a time that depends on their lengths only. */
function isEqual(left: string, right: string): boolean {
  const [one, other] = [utf8(left), utf8(right)];
  return one.length === other.length && timingSafeEqual(one, other);
}

type Derive = ReturnType<typeof createDerivation>;

/** The number of keys whose addresses are remembered. */
const MOST_ADDRESSES = 4_096;

/** Derives and uses the keys of the service. */
export class ServiceKeys {
  readonly #deriveFromStateKey: Derive;
  readonly #deriveFromUserKeyRoot: Derive;
  readonly #userIdKey: KeyObject;
  readonly #walletIdKey: KeyObject;
  readonly #sessionTokenKey: KeyObject;
  readonly #recoveryKey: KeyObject;
  readonly #ecdsa: Ecdsa;
  /** The addresses of keys that this process derived before, by what they derive from. */
  readonly #addresses = new BoundedMap<string, Address>(MOST_ADDRESSES);
  /** Distinguishes root keys without revealing anything about them. */
  readonly fingerprint: string;

  /** `rootKey` must have 32 bytes. The caller wipes it afterwards. */
  constructor(rootKey: Uint8Array, ecdsa: Ecdsa) {
    if (rootKey.length !== 32) throw new TypeError('the root key has 32 bytes');
    const withSecret = <T>(info: string, use: (secret: Uint8Array) => T): T => {
      const secret = deriveBytes(rootKey, [info]);
      const result = use(secret);
      secret.fill(0);
      return result;
    };
    this.#deriveFromStateKey = withSecret('sealwright.state.v1', createDerivation);
    this.#deriveFromUserKeyRoot = withSecret('sealwright.user-keys.v1', createDerivation);
    this.#userIdKey = withSecret('sealwright.user-id.v1', createSecretKey);
    this.#walletIdKey = withSecret('sealwright.wallet-id.v1', createSecretKey);
    this.#sessionTokenKey = withSecret('sealwright.session-token.v1', createSecretKey);
    this.#recoveryKey = withSecret('sealwright.recovery.v1', createSecretKey);
    this.fingerprint = hex(deriveBytes(rootKey, ['sealwright.fingerprint.v1'], 8));
    this.#ecdsa = ecdsa;
  }

  /** Derives the key (32 bytes) of one sealed document. The caller wipes it. */
  documentKey(kind: string, id: string): Uint8Array {
    return this.#deriveFromStateKey(['document', kind, id]);
  }

  /** Returns the id (32 characters) of the user whose first credential is this wallet. */
  walletUserId(address: Address): string {
    return base32Text(mac(this.#userIdKey, address).subarray(0, 20));
  }

  /** Returns the id (32 characters) of the alias of a wallet that belongs to another user. */
  walletAliasId(address: Address): string {
    return base32Text(mac(this.#walletIdKey, address).subarray(0, 20));
  }

  /**
   * Returns the id (32 characters) of the user whom this registration challenge creates. No address
   * begins with the prefix, so it never equals the id of a wallet user.
   */
  passkeyUserId(challenge: string): string {
    return base32Text(mac(this.#userIdKey, `passkey:${challenge}`).subarray(0, 20));
  }

  /** Returns 32 bytes that authenticate the challenge of a passkey as one of this service. */
  passkeyTag(challenge: string): Uint8Array {
    return mac(this.#sessionTokenKey, `passkey-challenge:${challenge}`);
  }

  /** Returns the hash that is stored in place of a session token. */
  sessionHash(token: string): string {
    return hex(mac(this.#sessionTokenKey, `session:${token}`));
  }

  /** Compares a stored hash with the hash of a token in constant time. */
  isSessionHash(token: string, hash: string): boolean {
    return this.matchSessionHashes(token, [hash]).includes(true);
  }

  /** Compares each stored hash with the hash of a token, in constant time. */
  matchSessionHashes(token: string, hashes: readonly string[]): readonly boolean[] {
    const presented = this.sessionHash(token);
    return hashes.map((hash) => isEqual(presented, hash));
  }

  /**
   * Returns the id (32 characters) of the document that names the user of a set of recovery codes.
   */
  recoverySetId(setId: string): string {
    return base32Text(mac(this.#recoveryKey, `set:${setId}`).subarray(0, 20));
  }

  /** Returns the hash that is stored in place of a recovery code. */
  recoveryCodeHash(code: string): string {
    return hex(mac(this.#recoveryKey, `code:${code}`));
  }

  /** Compares a stored hash with the hash of a recovery code in constant time. */
  isRecoveryCodeHash(code: string, hash: string): boolean {
    return isEqual(this.recoveryCodeHash(code), hash);
  }

  /** Returns 40 hex digits that authenticate a challenge as one of this service. */
  challengeTag(challenge: string): string {
    return hex(mac(this.#sessionTokenKey, `challenge:${challenge}`).subarray(0, 20));
  }

  /**
   * Derives a new key and returns its address. The counter is the first for which the derived bytes
   * are in the range of the curve.
   */
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
   * Signs a 32-byte digest with a user's key. Throws ERR_KEY_MISMATCH if the derived key does not
   * have the recorded address.
   */
  sign(reference: KeyReference, digest: Uint8Array): Uint8Array {
    const privateKey = this.#open(reference);
    try {
      return this.#ecdsa.sign(digest, privateKey);
    } finally {
      privateKey.fill(0);
    }
  }

  /** Encrypts a user's key under a passphrase of its owner. Rejects ERR_KEY_MISMATCH. */
  async exportKey(
    reference: KeyReference,
    passphrase: string,
    randomBytes: (length: number) => Uint8Array,
  ): Promise<KeystoreFile> {
    const privateKey = this.#open(reference);
    try {
      const { address } = reference;
      return await encryptKeystore({ privateKey, address, passphrase, randomBytes });
    } finally {
      privateKey.fill(0);
    }
  }

  /** Derives a user's key (32 bytes), which the caller wipes. Throws ERR_KEY_MISMATCH. */
  #open(reference: KeyReference): Uint8Array {
    const { id, version, counter, address } = reference;
    const privateKey = this.#derive(id, version, counter);
    if (this.#addressOf(reference, privateKey) === address) return privateKey;
    privateKey.fill(0);
    throw new ServiceError('ERR_KEY_MISMATCH', { detail: { address } });
  }

  /**
   * Returns the address of a derived key, or undefined if it is outside the range of the curve.
   * What is derived from one reference never changes, so its address is computed once.
   */
  #addressOf({ id, version, counter }: KeyReference, privateKey: Uint8Array): Address | undefined {
    const name = `${version}/${counter}/${id}`;
    const known = this.#addresses.get(name);
    if (known !== undefined) return known;
    const publicKey = this.#ecdsa.publicKeyOf(privateKey);
    if (publicKey === undefined) return undefined;
    const address = addressOfPublicKey(publicKey);
    this.#addresses.set(name, address);
    return address;
  }

  #derive(id: string, version: number, counter: number): Uint8Array {
    return this.#deriveFromUserKeyRoot(['user-key', String(version), id, String(counter)]);
  }
}
