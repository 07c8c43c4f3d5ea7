/**
 * Requests the signatures of a local signer one at a time, verifies each, and requests none after
 * the first failure. A person who refuses is not asked again, even for requests that were already
 * waiting.
 */
import { secp256k1 } from '@noble/curves/secp256k1';
import type { RootSigner } from '../bootstrap/root-signer.js';
import { ServiceError } from '../errors.js';
import { addressOfPublicKey, type Address } from '../protocol/address.js';
import { concatBytes, utf8 } from '../protocol/bytes.js';
import { personalMessageDigest } from '../protocol/eip191.js';
import type { LocalSigner } from './local-signer.js';

/** A root signer that uses a local signer. */
export class SignatureDesk implements RootSigner {
  readonly owner: RootSigner['owner'];
  readonly #signer: LocalSigner;
  readonly #until: AbortSignal;
  readonly #halt = new AbortController();
  #failure: ServiceError | undefined;
  #last: Promise<unknown> = Promise.resolve();
  #asked = 0;

  /** No signature is requested after `until` has aborted. */
  constructor(signer: LocalSigner, chainId: number, until: AbortSignal) {
    this.#signer = signer;
    this.#until = until;
    this.owner = { chainId, address: signer.address };
  }

  /** The number of signatures requested. */
  get asked(): number {
    return this.#asked;
  }

  /** The failure after which no signature is requested. */
  get failure(): ServiceError | undefined {
    return this.#failure;
  }

  /** Aborts after a failed signature, so that everything that depends on it stops. */
  get halted(): AbortSignal {
    return this.#halt.signal;
  }

  sign(text: string): Promise<Uint8Array> {
    const signed = this.#last.then(() => this.#ask(text));
    this.#last = signed.catch(() => undefined);
    return signed;
  }

  async #ask(text: string): Promise<Uint8Array> {
    if (this.#failure !== undefined) throw this.#failure;
    if (this.#until.aborted) throw new ServiceError('ERR_BOOTSTRAP_INTERRUPTED');
    this.#asked += 1;
    try {
      return verifySignature(await this.#signer.sign(text), text, this.owner.address);
    } catch (error) {
      this.#failure =
        error instanceof ServiceError
          ? error
          : new ServiceError('ERR_LOCAL_SIGNER_FAILED', { cause: error });
      this.#halt.abort();
      throw this.#failure;
    }
  }
}

/**
 * Returns the signature with v as 27 or 28. Throws ERR_LOCAL_SIGNATURE_INVALID unless it is this
 * address's signature over the text with a low s. A node would reject any other, after part of the
 * account was created.
 */
function verifySignature(claimed: Uint8Array, text: string, address: Address): Uint8Array {
  const invalid = (cause?: unknown): ServiceError =>
    new ServiceError('ERR_LOCAL_SIGNATURE_INVALID', { cause });
  const v = claimed[64] ?? 0;
  const recovery = v >= 27 ? v - 27 : v;
  if (claimed.length !== 65 || recovery > 1) throw invalid();
  let signer: Address;
  try {
    const signature = secp256k1.Signature.fromCompact(claimed.subarray(0, 64));
    if (signature.hasHighS()) throw invalid();
    const point = signature
      .addRecoveryBit(recovery)
      .recoverPublicKey(personalMessageDigest(utf8(text)));
    signer = addressOfPublicKey(point.toRawBytes(false));
  } catch (cause) {
    throw invalid(cause);
  }
  if (signer !== address) throw invalid();
  return concatBytes(claimed.subarray(0, 64), Uint8Array.of(27 + recovery));
}
