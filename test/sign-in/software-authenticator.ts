/**
 * A passkey in software: P-256, discoverable, without attestation, and able to misbehave. Its CBOR and its bytes are written
 * here once more from the specifications (WebAuthn Level 3 section 6.1, RFC 8949, RFC 9053), so that nothing is shared with
 * what reads them.
 */
import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';

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

/** What is done otherwise than an authenticator and a browser would. */
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

type CreationOptions = {
  readonly challenge: string;
  readonly rp: { readonly id: string };
  readonly user: { readonly id: string };
};
type RequestOptions = { readonly challenge: string; readonly rpId: string };

export class SoftwarePasskey {
  readonly id = text(randomBytes(32));
  /** Of the next use, one more; 0 for an authenticator that does not count. */
  counter: number;
  readonly #origin: string;
  readonly #counts: boolean;
  readonly #privateKey: KeyObject;
  readonly #publicKey: KeyObject;
  #userHandle = '';

  constructor(origin: string, { counts = true }: { readonly counts?: boolean } = {}) {
    this.#origin = origin;
    this.#counts = counts;
    this.counter = 0;
    const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    this.#privateKey = pair.privateKey;
    this.#publicKey = pair.publicKey;
  }

  get userHandle(): string {
    return this.#userHandle;
  }

  /** Answers `navigator.credentials.create()`. */
  create(publicKey: unknown, wrong: Misbehavior = {}): Record<string, unknown> {
    const options = publicKey as CreationOptions;
    this.#userHandle = options.user.id;
    const id = Buffer.from(wrong.id ?? this.id, 'base64url');
    const attested = Buffer.concat([
      Buffer.alloc(16),
      Buffer.of(id.length >> 8, id.length & 0xff),
      id,
      encodeCbor(this.#coseKey(wrong.algorithm ?? -7)),
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

  /** Answers `navigator.credentials.get()`. */
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
      signature: text(sign('sha256', bytes, this.#privateKey)),
      ...(userHandle === null ? {} : { userHandle }),
    });
  }

  #answer(wrong: Misbehavior, response: object): Record<string, unknown> {
    const id = wrong.id ?? this.id;
    const marks = { authenticatorAttachment: 'platform', clientExtensionResults: {} };
    return { id, rawId: id, type: 'public-key', ...marks, response };
  }

  #coseKey(algorithm: number): ReadonlyMap<number, Cbor> {
    const { x = '', y = '' } = this.#publicKey.export({ format: 'jwk' });
    return new Map<number, Cbor>([
      [1, 2],
      [3, algorithm],
      [-1, 1],
      [-2, Buffer.from(x, 'base64url')],
      [-3, Buffer.from(y, 'base64url')],
    ]);
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
    const flags = (wrong.flags ?? UP | UV | BE | BS) | more;
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
