/**
 * Judges `channel.certificate` and `channel.binding`: whether the machine itself ends the TLS
 * connection over which the document came.
 */
import { parseHex } from '../bytes.js';
import type { Policy } from '../policy/policy.js';
import type { Findings } from '../report.js';
import type { AttestationDocument } from '../schema/document.js';
import { bindNonce } from '../schema/channel.js';
import type { Statement } from '../schema/statement.js';

/** The verifier's own end of the connection. */
export type SeenChannel = {
  /** SHA-256 of the public key in the certificate that the other end used, in hex. */
  readonly spkiSha256: string;
  /** The exporter value of the connection (32 bytes). */
  readonly exporter: Uint8Array;
};

/** A document, the nonce of its request, and the connection. Undefined parts are not known. */
export type ChannelQuestion = {
  readonly statement: Statement;
  readonly document: Pick<AttestationDocument, 'request_nonce'>;
  readonly nonce: string | undefined;
  readonly isLive: boolean;
  /** Undefined for a bundle, and for a request without TLS. */
  readonly seen: SeenChannel | undefined;
};

/** Returns the nonce that the statement must be for, which contains the connection that it names. */
export function expectedNonce(
  nonce: string | undefined,
  { channel_exporter: exporter }: Pick<AttestationDocument, 'channel_exporter'>,
): string | undefined {
  return nonce === undefined || exporter === undefined
    ? nonce
    : bindNonce(nonce, parseHex(exporter));
}

/** Judges both checks as strictly as the policy demands. */
export function judgeChannel(
  findings: Findings,
  question: ChannelQuestion,
  { channel = 'reported' }: Policy,
): void {
  judgeCertificate(findings, question, channel !== 'reported');
  judgeBinding(findings, question, channel === 'bound');
}

const BUNDLE = 'a bundle: the connection is not known';

function judgeCertificate(
  findings: Findings,
  { statement: { tls }, seen, isLive }: ChannelQuestion,
  isDemanded: boolean,
): void {
  if (!isLive) {
    findings.judge('channel.certificate', 'info', BUNDLE);
    return;
  }
  const attested = tls?.spki_sha256 ?? 'the gateway ends TLS';
  const measured = seen?.spkiSha256 ?? 'no TLS';
  const isSame = tls !== undefined && measured === attested;
  if (tls === undefined && !isDemanded) findings.judge('channel.certificate', 'info', attested);
  // A statement that names a key is contradicted by another one, whatever the policy demands.
  else findings.judge('channel.certificate', isSame ? 'pass' : 'fail', measured, attested);
}

function judgeBinding(
  findings: Findings,
  { statement, document, nonce, seen, isLive }: ChannelQuestion,
  isDemanded: boolean,
): void {
  if (!isLive) {
    findings.judge('channel.binding', 'info', BUNDLE);
    return;
  }
  const covered = statement.nonce ?? document.request_nonce;
  const isBound =
    nonce !== undefined && seen !== undefined && covered === bindNonce(nonce, seen.exporter);
  const isExpected = isDemanded || statement.tls !== undefined;
  if (isBound) findings.judge('channel.binding', 'pass', 'bound to this connection');
  else if (isExpected) findings.judge('channel.binding', 'fail', 'not bound to this connection');
  else findings.judge('channel.binding', 'info', 'the gateway ends TLS');
}
