/**
 * The certificate that the service serves: taken from the store at start, renewed with a new key at
 * two thirds of its lifetime, and replaced for new connections without a pause.
 *
 * An attempt that fails changes nothing that is served. The next one follows after a growing delay,
 * which stays within the limits that public authorities set for failed orders (RFC 8555, 6.6).
 */
import { typedDocuments } from '../accounts/typed-documents.js';
import { errorCodeOf, ServiceError } from '../errors.js';
import type { Logger } from '../runtime/logger.js';
import type { ChallengeIdentity, TlsIdentity, TlsSource } from '../runtime/tls-identity.js';
import { accountCodec, certificateCodec, CURRENT } from './certificate-documents.js';
import { obtainCertificate, type OrderContext } from './obtain-certificate.js';
import { parseIdentity, type ParsedIdentity } from './parse-identity.js';

const FIRST_DELAY_MS = 5 * 60_000;
const LONGEST_DELAY_MS = 4 * 3_600_000;
const CHECK_MS = 30_000;

/** What a kept certificate needs. */
export type KeeperContext = Omit<OrderContext, 'present' | 'signal'> & {
  readonly logger: Logger;
  /** Returns a number from 0 to 1, without 1. */
  readonly random: () => number;
  readonly onAttempt: (outcome: 'issued' | 'failed') => void;
};

/** `delayed`: the last attempt to renew failed, and the present certificate still serves. */
export type CertificateState = 'valid' | 'delayed' | 'expired';

/** Serves and renews a certificate. */
export class KeptCertificate implements TlsSource {
  readonly #context: KeeperContext;
  #identity: ParsedIdentity | undefined;
  #accountUri: string | undefined;
  #challenge: ChallengeIdentity | undefined;
  #listeners: ((identity: TlsIdentity) => void)[] = [];
  #failures = 0;
  #nextAtMs = 0;
  #timer: NodeJS.Timeout | undefined;
  #working: Promise<void> = Promise.resolve();
  readonly #stopping = new AbortController();

  private constructor(context: KeeperContext) {
    this.#context = context;
  }

  /** Reads what the store has. Rejects ERR_STATE_TAMPERED and ERR_STORE_UNAVAILABLE. */
  static async open(context: KeeperContext): Promise<KeptCertificate> {
    const kept = new KeptCertificate(context);
    const { documents, directory, name } = context;
    const stored = (await typedDocuments(documents, certificateCodec).find(CURRENT))?.value;
    await kept.#readAccount();
    if (stored?.directory === directory && stored.name === name) {
      kept.#serve(parseIdentity(stored.certificate, stored.key));
    }
    return kept;
  }

  current(): TlsIdentity | undefined {
    return this.#identity;
  }

  onChange(listener: (identity: TlsIdentity) => void): void {
    this.#listeners.push(listener);
  }

  challenge(): ChallengeIdentity | undefined {
    return this.#challenge;
  }

  /** The address of the ACME account, or undefined until the authority has named it. */
  get accountUri(): string | undefined {
    return this.#accountUri;
  }

  /** When the certificate expires (ms since 1970), or 0 without one. */
  get expiresAtMs(): number {
    return this.#identity?.notAfterMs ?? 0;
  }

  get state(): CertificateState {
    if (this.#context.clock() >= this.expiresAtMs) return 'expired';
    return this.#failures > 0 ? 'delayed' : 'valid';
  }

  /** Orders until there is a certificate, or until a stop. Resolves at once if the store had one. */
  async untilIssued(): Promise<void> {
    const { signal } = this.#stopping;
    while (this.#identity === undefined && !signal.aborted) {
      await this.check();
      if (this.#identity === undefined) await this.#context.pause(this.#waitMs());
    }
  }

  /** Renews from now on when it is due. */
  start(): void {
    this.#timer = setInterval(() => void this.check(), CHECK_MS).unref();
  }

  /** Ends an attempt that is under way, which a later process resumes, and starts no other one. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    this.#stopping.abort();
    await this.#working;
  }

  /** Makes an attempt if one is due, after the one that is under way. It never rejects. */
  check(): Promise<void> {
    this.#working = this.#working.then(() => this.#attemptIfDue());
    return this.#working;
  }

  async #attemptIfDue(): Promise<void> {
    const { clock, logger, onAttempt } = this.#context;
    const { signal } = this.#stopping;
    if (signal.aborted || clock() < this.#nextAtMs) return;
    try {
      const present = (challenge: ChallengeIdentity | undefined): void => {
        this.#challenge = challenge;
      };
      const obtained = await obtainCertificate({ ...this.#context, present, signal });
      this.#accountUri = obtained.accountUri;
      this.#failures = 0;
      this.#serve(parseIdentity(obtained.certificate, obtained.key));
      onAttempt('issued');
      logger.info('certificate-issued', { expiresAtMs: this.expiresAtMs });
    } catch (error) {
      if (!signal.aborted) this.#noteFailure(error);
    }
  }

  #noteFailure(error: unknown): void {
    const { clock, logger, onAttempt } = this.#context;
    this.#failures += 1;
    this.#nextAtMs = clock() + this.#delayMs();
    onAttempt('failed');
    const { state, expiresAtMs } = this;
    const reason = error instanceof ServiceError ? error.detail['reason'] : undefined;
    const told = reason === undefined ? {} : { reason };
    const facts = { code: errorCodeOf(error), state, expiresAtMs, nextAtMs: this.#nextAtMs };
    logger.warn('certificate-order-failed', { ...facts, ...told, error });
  }

  #serve(identity: ParsedIdentity): void {
    const { notBeforeMs, notAfterMs } = identity;
    const lifetimeMs = notAfterMs - notBeforeMs;
    // The jitter keeps services that started together from renewing together.
    this.#nextAtMs = notBeforeMs + lifetimeMs * (2 / 3 + this.#context.random() / 24);
    this.#identity = identity;
    for (const listener of this.#listeners) listener(identity);
  }

  async #readAccount(): Promise<void> {
    const { documents, directory } = this.#context;
    const stored = (await typedDocuments(documents, accountCodec).find(CURRENT))?.value;
    this.#accountUri = stored?.directory === directory ? (stored.uri ?? undefined) : undefined;
  }

  #delayMs(): number {
    const delayMs = Math.min(FIRST_DELAY_MS * 2 ** (this.#failures - 1), LONGEST_DELAY_MS);
    return delayMs * (1 + this.#context.random() / 4);
  }

  #waitMs(): number {
    return Math.max(0, this.#nextAtMs - this.#context.clock());
  }
}
