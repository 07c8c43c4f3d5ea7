/** Tests that the stand-in's quotes verify like genuine ones, but only under its own root. */
import { X509Certificate } from 'node:crypto';
import { QuoteVerifier } from '@phala/dcap-qvl';
import { test } from '../test.js';
import { EvidenceError } from '../../attestation/check.js';
import {
  parseEventLog,
  replayBootRegister,
  verifyRuntimeEvents,
} from '../../attestation/evidence/event-log.js';
import { parseQuote } from '../../attestation/evidence/tdx-quote.js';
import { verifyCollateral } from '../../attestation/evidence/verify-collateral.js';
import { verifyQuote } from '../../attestation/evidence/verify-quote.js';
import { readShippedRoots } from '../../attestation/trusted-roots.js';
import {
  startGuestAgent,
  type GuestAgentOptions,
} from '../../scripts/stand-ins/guest-agent/start-guest-agent.js';

type Answer = { readonly quote: string; readonly event_log: string };

async function ask(options: GuestAgentOptions = {}) {
  const agent = await startGuestAgent({ port: 0, ...options });
  try {
    const response = await fetch(`${agent.endpoint}/GetQuote`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ report_data: 'ab'.repeat(64) }),
    });
    return { agent, ...((await response.json()) as Answer) };
  } finally {
    await agent.close();
  }
}

const bytes = (hex: string): Uint8Array => new Uint8Array(Buffer.from(hex, 'hex'));

for (const quoteVersion of ['4', '5', '5-td15'] as const) {
  test(`a quote of version ${quoteVersion} verifies under the test root, with its collateral, and not under Intel's`, async (t) => {
    const { agent, quote } = await ask({ quoteVersion });
    const root = new X509Certificate(agent.pki.rootPem);
    const parsed = parseQuote(bytes(quote));
    const nowMs = Date.now();
    const verified = verifyQuote(parsed, root, nowMs);
    const verdict = verifyCollateral({
      quote: verified,
      untrustedCollateral: agent.pki.collateral,
      trustedRoot: root,
      atMs: nowMs,
    });
    t.deepEqual(
      verdict.checks.filter(({ status }) => status !== 'pass'),
      [],
    );
    const intel = readShippedRoots().find(({ isHardware }) => isHardware);
    if (intel === undefined) throw new Error('no root');
    const error = t.throws(() => verifyQuote(parsed, intel.certificate, nowMs), {
      instanceOf: EvidenceError,
    });
    t.is(error?.check, 'quote.pck-chain');
    const second = new QuoteVerifier(root.raw).verify(
      Buffer.from(quote, 'hex'),
      agent.pki.collateral as never,
      Math.floor(nowMs / 1_000),
    ) as { status: string };
    t.is(second.status, 'UpToDate');
  });
}

for (const digestForm of [1, 2] as const) {
  for (const emptyDigests of [false, true]) {
    test(`a log of form ${digestForm} ${emptyDigests ? 'without' : 'with'} digests replays to the quote's registers`, async (t) => {
      const { quote, event_log: text } = await ask({ digestForm, emptyDigests });
      const { rtmrs } = parseQuote(bytes(quote)).report;
      const log = parseEventLog(text);
      t.is(verifyRuntimeEvents(log, rtmrs[3]).form, digestForm);
      for (const imr of [0, 1, 2] as const) {
        t.is(replayBootRegister(log, imr), Buffer.from(rtmrs[imr]).toString('hex'));
      }
    });
  }
}
