/**
 * The certificate that the service serves: taken from the store at start, renewed with a new key at
 * two thirds of its lifetime, and replaced for new connections without a pause. One of several
 * replicas renews it, and the others serve the new one after their next look at the store.
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
/** How often a replica without a certificate looks whether another one has obtained it. */
const LOOK_MS = 2_000;

/** What a kept certificate needs. */
export type KeeperContext = Omit<OrderContext, 'signal'> & {
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
  /** The generation of the certificate that is served. */
  #generation = 0;
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
    await kept.#readCertificate();
    return kept;
  }

  current(): TlsIdentity | undefined {
    return this.#identity;
  }

  onChange(listener: (identity: TlsIdentity) => void): void {
    this.#listeners.push(listener);
  }

  mayProve(name: string): boolean {
    return name === this.#context.name;
  }

  challenge(): Promise<ChallengeIdentity | undefined> {
    return this.#context.turn.challenge();
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

  /**
   * Orders until there is a certificate, or until a stop. Resolves at once if the store had one.
   */
  async untilIssued(): Promise<void> {
    const { signal } = this.#stopping;
    while (this.#identity === undefined && !signal.aborted) {
      await this.check();
      if (this.#identity !== undefined) return;
      await this.#context.pause(Math.max(LOOK_MS, this.#waitMs()));
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
    // A turn that cannot be given away is taken by another replica later.
    await this.#context.turn.end().catch(() => undefined);
  }

  /**
   * Serves what another replica has obtained, and makes an attempt if one is due, after the one
   * that is under way. It never rejects.
   */
  check(): Promise<void> {
    this.#working = this.#working.then(() => this.#look());
    return this.#working;
  }

  async #look(): Promise<void> {
    const { signal } = this.#stopping;
    if (signal.aborted) return;
    try {
      await this.#readCertificate();
      await this.#attemptIfDue();
    } catch (error) {
      if (!signal.aborted && this.#isDue()) this.#noteFailure(error);
    }
  }

  async #attemptIfDue(): Promise<void> {
    const { turn, logger, onAttempt } = this.#context;
    if (!this.#isDue()) return void (await turn.keep());
    if (!(await turn.take())) return;
    // The replica that had the turn until now may have stored a certificate.
    await this.#readCertificate();
    if (this.#isDue()) {
      const { signal } = this.#stopping;
      await obtainCertificate({ ...this.#context, signal });
      await this.#readCertificate();
      onAttempt('issued');
      logger.info('certificate-issued', { expiresAtMs: this.expiresAtMs });
    }
    await turn.end();
  }

  #isDue(): boolean {
    return this.#context.clock() >= this.#nextAtMs;
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

  /** Serves the certificate of the store, unless it is served already or is another service's. */
  async #readCertificate(): Promise<void> {
    const { documents, directory, name } = this.#context;
    if ((await documents.generationOf(certificateCodec.kind, CURRENT)) === this.#generation) return;
    const found = await typedDocuments(documents, certificateCodec).find(CURRENT);
    if (found === undefined) return;
    this.#generation = found.generation;
    const { value: stored } = found;
    if (stored.directory !== directory || stored.name !== name) return;
    await this.#readAccount();
    this.#failures = 0;
    this.#serve(parseIdentity(stored.certificate, stored.key));
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
