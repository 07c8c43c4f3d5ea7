/**
 * Opens what the service ends TLS with: nothing, files, or a certificate that it obtains itself.
 */
import type { Statement } from '../../attestation/schema/statement.js';
import { readPem, readTlsFiles } from '../adapters/tls-files.js';
import type { SealedDocuments } from '../accounts/sealed-documents.js';
import { KeptCertificate } from '../certificates/kept-certificate.js';
import { ownTurn, SharedTurn } from '../certificates/order-turn.js';
import type { Config } from '../config.js';
import { createChallengeApp } from '../http/challenge-app.js';
import { listen } from '../http/listen.js';
import { hex } from '../protocol/bytes.js';
import type { Metrics } from '../runtime/metrics.js';
import { fixedTls, type TlsSource } from '../runtime/tls-identity.js';
import { limitsOf } from './limits-of.js';
import type { Surroundings } from './surroundings.js';

/** What the service ends TLS with. */
export type OpenedTls = {
  readonly source: TlsSource;
  /** Returns what the statement says about it. */
  readonly state: () => NonNullable<Statement['tls']>;
  /** Undefined if the service does not obtain its certificate. */
  readonly certificateState: (() => 'valid' | 'delayed' | 'expired') | undefined;
  /** Ends renewals, and the one that is under way. */
  readonly stop: () => Promise<void>;
};

type Parts = {
  readonly documents: SealedDocuments;
  readonly metrics: Metrics;
  readonly around: Pick<Surroundings, 'clock' | 'logger' | 'randomBytes'>;
};

/**
 * Returns what the service ends TLS with, or undefined if a gateway ends it. With `acme` and no
 * certificate in the store, it resolves only once the authority has issued one: nobody can connect
 * before. Rejects ERR_TLS_FILES, ERR_LISTEN, or as the store does.
 */
export async function openTls(config: Config, parts: Parts): Promise<OpenedTls | undefined> {
  if (config.TLS_MODE === 'off') return undefined;
  if (config.TLS_MODE === 'acme') return openAcme(config, parts);
  const { TLS_CERTIFICATE_FILE: certificate = '', TLS_KEY_FILE: key = '' } = config;
  const identity = await readTlsFiles(certificate, key);
  return {
    source: fixedTls(identity),
    state: () => ({ spki_sha256: identity.spkiSha256 }),
    certificateState: undefined,
    stop: () => Promise.resolve(),
  };
}

async function openAcme(config: Config, { documents, metrics, around }: Parts): Promise<OpenedTls> {
  const { clock, logger, randomBytes } = around;
  // Loaded here, because other services need no library for it.
  const { openAcmeAuthority } = await import('../adapters/acme-authority.js');
  const isShared = config.DATABASE_URL !== undefined;
  const { ACME_DIRECTORY: directory, ACME_CONTACT: contact, ACME_CA_FILE: caFile } = config;
  const ca = caFile === undefined ? undefined : await readPem(caFile);
  const kept = await KeptCertificate.open({
    authority: openAcmeAuthority({ directory, contact, ca }),
    directory,
    name: new URL(config.PUBLIC_ORIGIN).hostname,
    documents,
    turn: isShared ? new SharedTurn(documents, clock, hex(randomBytes(16))) : ownTurn(),
    clock,
    logger,
    pause: (ms) => new Promise((done) => setTimeout(done, ms)),
    random: () => (randomBytes(1)[0] ?? 0) / 256,
    onAttempt: (outcome) => metrics.countCertificateOrder(outcome),
  });
  metrics.watchCertificate(() => kept.expiresAtMs);
  if (kept.current() === undefined) await obtainFirst(config, kept);
  kept.start();
  return {
    source: kept,
    state: () => {
      const { accountUri } = kept;
      const account = accountUri === undefined ? {} : { acme_account_uri: accountUri };
      return { spki_sha256: kept.current()?.spkiSha256 ?? '', ...account };
    },
    certificateState: () => kept.state,
    stop: () => kept.stop(),
  };
}

/** Answers the challenges of the first order at the port of the service. */
async function obtainFirst(config: Config, kept: KeptCertificate): Promise<void> {
  const { HOST, PORT } = config;
  const door = await listen(createChallengeApp(), HOST, PORT, limitsOf(config), kept);
  try {
    await kept.untilIssued();
  } finally {
    await door.close(0);
  }
}
