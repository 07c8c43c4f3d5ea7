/**
 * Judges `channel.*`: whether the document came from the name that it attests, whether the machine
 * itself ends the TLS connection over which it came, and who else may obtain a certificate for the
 * name. What an earlier capture recorded can contradict the evidence, but it never passes a check.
 */
import { parseHex } from '../bytes.js';
import type { CheckId } from '../checks.js';
import type { Policy } from '../policy/policy.js';
import type { Findings } from '../report.js';
import { bindNonce } from '../schema/channel.js';
import type { AttestationDocument } from '../schema/document.js';
import type { Statement } from '../schema/statement.js';
import { limitOf } from './caa-limit.js';
import { attestedNameOf, isAttestedName } from './channel-name.js';
import type { Sight } from './sight.js';

/** A document, and what was seen of its connection. */
export type ChannelQuestion = {
  readonly statement: Statement;
  readonly document: Pick<AttestationDocument, 'request_nonce'>;
  /** Undefined for a bundle that does not record its capture. */
  readonly sight: Sight | undefined;
};

/**
 * Returns the nonce that the statement must be for, which contains the connection that it names.
 */
export function expectedNonce(
  nonce: string | undefined,
  { channel_exporter: exporter }: Pick<AttestationDocument, 'channel_exporter'>,
): string | undefined {
  return nonce === undefined || exporter === undefined
    ? nonce
    : bindNonce(nonce, parseHex(exporter));
}

type Judge = (
  id: CheckId,
  status: 'pass' | 'fail' | 'info',
  measured: string,
  expected?: string,
) => void;

/** Judges all checks of the channel as strictly as the policy demands. */
export function judgeChannel(
  findings: Findings,
  { statement, document, sight }: ChannelQuestion,
  { channel = 'reported', caa = 'reported' }: Policy,
): void {
  if (sight === undefined) {
    const attested = attestedNameOf(statement);
    findings.judge('channel.name', 'info', `a bundle: compare the attested ${attested} yourself`);
    for (const id of ['channel.certificate', 'channel.binding', 'channel.caa'] as const) {
      findings.judge(id, 'info', 'a bundle: the connection is not known');
    }
    return;
  }
  const { capturedAt } = sight;
  const judge: Judge = (id, status, measured, expected) => {
    if (capturedAt === undefined) findings.judge(id, status, measured, expected);
    else {
      const said = `${measured}, when captured by you at ${capturedAt}`;
      findings.judge(id, status === 'pass' ? 'info' : status, said, expected);
    }
  };
  judgeName(judge, statement, sight);
  judgeCertificate(judge, statement, sight, channel !== 'reported');
  judgeBinding(judge, { statement, document, sight }, channel === 'bound');
  judgeCaa(judge, statement, sight, caa === 'account');
}

function judgeName(judge: Judge, statement: Statement, { url }: Sight): void {
  if (!URL.canParse(url)) {
    judge('channel.name', 'fail', 'the record names no URL');
    return;
  }
  const asked = new URL(url);
  const status = isAttestedName(asked, statement) ? 'pass' : 'fail';
  judge('channel.name', status, `asked at ${asked.host}`, attestedNameOf(statement));
}

function judgeCertificate(
  judge: Judge,
  { tls }: Statement,
  { channel }: Sight,
  isDemanded: boolean,
): void {
  const attested = tls?.spki_sha256 ?? 'the gateway ends TLS';
  const measured = channel?.spkiSha256 ?? 'no TLS';
  const isSame = tls !== undefined && measured === attested;
  if (tls === undefined && !isDemanded) judge('channel.certificate', 'info', attested);
  // A statement that names a key is contradicted by another one, whatever the policy demands.
  else judge('channel.certificate', isSame ? 'pass' : 'fail', measured, attested);
}

/** Returns whether the hardware signed the connection that was seen. */
export function isBoundTo(
  { channel, nonce }: Sight,
  statement: Pick<Statement, 'nonce'>,
  document: Pick<AttestationDocument, 'request_nonce'>,
): boolean {
  const covered = statement.nonce ?? document.request_nonce;
  return channel !== undefined && covered === bindNonce(nonce, channel.exporter);
}

function judgeBinding(
  judge: Judge,
  { statement, document, sight }: ChannelQuestion & { readonly sight: Sight },
  isDemanded: boolean,
): void {
  const isExpected = isDemanded || statement.tls !== undefined;
  const [present, was] =
    sight.capturedAt === undefined ? ['bound to this', ''] : ['bound to its', 'was '];
  if (isBoundTo(sight, statement, document)) {
    judge('channel.binding', 'pass', `${was}${present} connection`);
  } else if (isExpected) judge('channel.binding', 'fail', `${was}not ${present} connection`);
  else judge('channel.binding', 'info', 'the gateway ends TLS');
}

function judgeCaa(judge: Judge, { tls }: Statement, { caa }: Sight, isDemanded: boolean): void {
  const account = tls?.acme_account_uri;
  const otherwise = isDemanded ? 'fail' : 'info';
  if (account === undefined) {
    judge('channel.caa', otherwise, 'the statement names no account at an authority');
  } else if (caa === undefined) {
    judge('channel.caa', otherwise, 'the DNS was not asked', account);
  } else {
    const { isLimited, said } = limitOf(caa, account);
    judge('channel.caa', isLimited ? 'pass' : otherwise, said, account);
  }
}
