/**
 * A passkey in software: ES256, EdDSA or RS256, discoverable, without attestation, and able to
 * misbehave. It implements CBOR and the byte formats separately from the specifications (WebAuthn
 * Level 3 section 6.1, RFC 8949, RFC 9053), so that it shares nothing with the code under test.
 */
import {
  createHash,
  generateKeyPairSync,
  type KeyPairKeyObjectResult,
  randomBytes,
  sign,
} from 'node:crypto';

type Cbor = number | string | Uint8Array | ReadonlyMap<number | string, Cbor>;

function head(major: number, value: number): Buffer {
  if (value < 24) return Buffer.of((major << 5) | value);
  if (value < 256) return Buffer.of((major << 5) | 24, value);
  return Buffer.of((major << 5) | 25, value >> 8, value & 0xff);
}

export function encodeCbor(value: Cbor): Buffer {
  if (typeof value === 'number') return value < 0 ? head(1, -1 - value) : head(0, value);
  if (typeof value === 'string') {
    return Buffer.concat([head(3, Buffer.byteLength(value)), Buffer.from(value)]);
  }
  if (value instanceof Uint8Array) return Buffer.concat([head(2, value.length), value]);
  const pairs = [...value].flatMap(([key, each]) => [encodeCbor(key), encodeCbor(each)]);
  return Buffer.concat([head(5, value.size), ...pairs]);
}

const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64url');
const sha256 = (bytes: string | Uint8Array): Buffer => createHash('sha256').update(bytes).digest();

const UP = 0x01;
const UV = 0x04;
const BE = 0x08;
const BS = 0x10;
const AT = 0x40;

/** Deviations from a correct authenticator and browser. */
export type Misbehavior = {
  readonly origin?: string;
  readonly topOrigin?: string;
  readonly crossOrigin?: boolean;
  readonly rpId?: string;
  readonly type?: string;
  readonly challenge?: string;
  readonly flags?: number;
  readonly counter?: number;
  readonly userHandle?: string | null;
  readonly id?: string;
  /** Signs something else. */
  readonly wrongSignature?: boolean;
  readonly fmt?: string;
  readonly attStmt?: ReadonlyMap<string, Cbor>;
  readonly algorithm?: number;
};

/** COSE numbers of the algorithms. */
export type Algorithm = -7 | -8 | -257;

function createKeyPair(algorithm: Algorithm): KeyPairKeyObjectResult {
  if (algorithm === -7) return generateKeyPairSync('ec', { namedCurve: 'P-256' });
  if (algorithm === -8) return generateKeyPairSync('ed25519');
  return generateKeyPairSync('rsa', { modulusLength: 2048 });
}

type CreationOptions = {
  readonly challenge: string;
  readonly rp: { readonly id: string };
  readonly user: { readonly id: string };
};
type RequestOptions = { readonly challenge: string; readonly rpId: string };

/**
 * `synced`: the passkey may exist on several devices, and its flags state that (backup-eligible and
 * backed up).
 */
type PasskeyTraits = {
  readonly counts?: boolean;
  readonly algorithm?: Algorithm;
  readonly synced?: boolean;
};

export class SoftwarePasskey {
  readonly id = text(randomBytes(32));
  /** The value at the next use, or 0 for an authenticator without a counter. */
  counter: number;
  readonly #origin: string;
  readonly #counts: boolean;
  readonly #flags: number;
  readonly #algorithm: Algorithm;
  readonly #keys: KeyPairKeyObjectResult;
  #userHandle = '';

  constructor(
    origin: string,
    { counts = true, algorithm = -7, synced = true }: PasskeyTraits = {},
  ) {
    this.#flags = synced ? UP | UV | BE | BS : UP | UV;
    this.#origin = origin;
    this.#counts = counts;
    this.counter = 0;
    this.#algorithm = algorithm;
    this.#keys = createKeyPair(algorithm);
  }

  get userHandle(): string {
    return this.#userHandle;
  }

  /** Responds like `navigator.credentials.create()`. */
  create(publicKey: unknown, wrong: Misbehavior = {}): Record<string, unknown> {
    const options = publicKey as CreationOptions;
    this.#userHandle = options.user.id;
    const id = Buffer.from(wrong.id ?? this.id, 'base64url');
    const attested = Buffer.concat([
      Buffer.alloc(16),
      Buffer.of(id.length >> 8, id.length & 0xff),
      id,
      encodeCbor(this.#coseKey(wrong.algorithm ?? this.#algorithm)),
    ]);
    const authData = this.#authenticatorData(options.rp.id, wrong, AT, attested);
    const attestationObject = encodeCbor(
      new Map<string, Cbor>([
        ['fmt', wrong.fmt ?? 'none'],
        ['attStmt', wrong.attStmt ?? new Map()],
        ['authData', authData],
      ]),
    );
    return this.#answer(wrong, {
      clientDataJSON: this.#clientData('webauthn.create', options.challenge, wrong),
      attestationObject: text(attestationObject),
      transports: ['internal'],
    });
  }

  /** Responds like `navigator.credentials.get()`. */
  get(publicKey: unknown, wrong: Misbehavior = {}): Record<string, unknown> {
    const options = publicKey as RequestOptions;
    const clientDataJSON = this.#clientData('webauthn.get', options.challenge, wrong);
    const authData = this.#authenticatorData(options.rpId, wrong);
    const signed = Buffer.concat([authData, sha256(Buffer.from(clientDataJSON, 'base64url'))]);
    const bytes = wrong.wrongSignature === true ? Buffer.concat([signed, Buffer.of(0)]) : signed;
    const userHandle = wrong.userHandle === undefined ? this.#userHandle : wrong.userHandle;
    return this.#answer(wrong, {
      clientDataJSON,
      authenticatorData: text(authData),
      signature: text(sign(this.#algorithm === -8 ? null : 'sha256', bytes, this.#keys.privateKey)),
      ...(userHandle === null ? {} : { userHandle }),
    });
  }

  #answer(wrong: Misbehavior, response: object): Record<string, unknown> {
    const id = wrong.id ?? this.id;
    const marks = { authenticatorAttachment: 'platform', clientExtensionResults: {} };
    return { id, rawId: id, type: 'public-key', ...marks, response };
  }

  #coseKey(algorithm: number): ReadonlyMap<number, Cbor> {
    const { x = '', y = '', n = '', e = '' } = this.#keys.publicKey.export({ format: 'jwk' });
    const bytes = (encoded: string): Buffer => Buffer.from(encoded, 'base64url');
    const members: Readonly<Record<Algorithm, readonly (readonly [number, Cbor])[]>> = {
      [-7]: [
        [-1, 1],
        [-2, bytes(x)],
        [-3, bytes(y)],
      ],
      [-8]: [
        [-1, 6],
        [-2, bytes(x)],
      ],
      [-257]: [
        [-1, bytes(n)],
        [-2, bytes(e)],
      ],
    };
    const type = { [-7]: 2, [-8]: 1, [-257]: 3 }[this.#algorithm];
    return new Map<number, Cbor>([[1, type], [3, algorithm], ...members[this.#algorithm]]);
  }

  #authenticatorData(
    rpId: string,
    wrong: Misbehavior,
    more = 0,
    rest: Uint8Array = new Uint8Array(),
  ): Buffer {
    if (this.#counts) this.counter += 1;
    const counter = Buffer.alloc(4);
    counter.writeUInt32BE(wrong.counter ?? this.counter);
    const flags = (wrong.flags ?? this.#flags) | more;
    return Buffer.concat([sha256(wrong.rpId ?? rpId), Buffer.of(flags), counter, rest]);
  }

  #clientData(type: string, challenge: string, wrong: Misbehavior): string {
    const { origin = this.#origin, topOrigin, crossOrigin = false } = wrong;
    const data = {
      type: wrong.type ?? type,
      challenge: wrong.challenge ?? challenge,
      origin,
      crossOrigin,
      ...(topOrigin === undefined ? {} : { topOrigin }),
    };
    return text(Buffer.from(JSON.stringify(data)));
  }
}
