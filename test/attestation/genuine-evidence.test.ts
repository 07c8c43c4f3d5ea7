/** Tests genuine evidence of five machines, each with its known verdicts. */
import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { test } from '../test.js';
import { EvidenceError } from '../../attestation/check.js';
import { verifyComposeHash } from '../../attestation/evidence/compose-hash.js';
import {
  parseEventLog,
  readBootFacts,
  replayBootRegister,
  verifyRuntimeEvents,
} from '../../attestation/evidence/event-log.js';
import { parseQuote, type UnverifiedQuote } from '../../attestation/evidence/tdx-quote.js';
import { verifyQuote } from '../../attestation/evidence/verify-quote.js';

const vectors = new URL('../../../test/vectors/attestation/', import.meta.url);
const text = (path: string): string => readFileSync(new URL(path, vectors), 'utf8');
const json = (path: string): Record<string, unknown> =>
  JSON.parse(text(path)) as Record<string, unknown>;
const fromHex = (value: unknown): Uint8Array => new Uint8Array(Buffer.from(String(value), 'hex'));

const root = new X509Certificate(
  readFileSync(
    new URL('../../../attestation/trusted-roots/intel-sgx-root-ca.pem', import.meta.url),
  ),
);

type Fixture = {
  readonly quote: Uint8Array;
  readonly log: string;
  readonly compose?: Uint8Array;
  readonly atS: number;
};

function near(folder: string, atS: number): Fixture {
  const tcb = json(`${folder}/tcb_info.json`);
  return {
    quote: Uint8Array.from(JSON.parse(text(`${folder}/quote.json`)) as number[]),
    log: JSON.stringify(tcb['event_log']),
    compose: new TextEncoder().encode(String(tcb['app_compose'])),
    atS,
  };
}

const FIXTURES: Readonly<Record<string, Fixture>> = {
  'near-mpc-2026-08': near('near-mpc-2026-08', 1_786_622_400),
  'near-mpc-2026-01': near('near-mpc-2026-01', 1_769_527_031),
  'dstack-quote-report': {
    quote: fromHex(json('dstack-quote-report/quote-report.json')['quote']),
    log: String(json('dstack-quote-report/quote-report.json')['event_log']),
    atS: 1_772_323_200,
  },
  'dstack-simulator-kms': {
    quote: fromHex(json('dstack-simulator-kms/quote.json')['quote']),
    log: String(json('dstack-simulator-kms/quote.json')['event_log']),
    compose: new TextEncoder().encode(
      String(JSON.parse(String(json('dstack-simulator-kms/info.json')['tcb_info']))['app_compose']),
    ),
    atS: 1_786_622_400,
  },
  'dstack-examples-rtmr3': {
    quote: fromHex(json('dstack-examples-rtmr3/report.json')['quote']),
    log: String(json('dstack-examples-rtmr3/report.json')['event_log']),
    compose: new TextEncoder().encode(text('dstack-examples-rtmr3/app-compose.json')),
    atS: 1_772_323_200,
  },
};

/** Returns the id of the check that fails, or undefined. */
function failureOf(work: () => unknown): string | undefined {
  try {
    work();
    return undefined;
  } catch (error) {
    if (error instanceof EvidenceError) return error.check;
    throw error;
  }
}

const runtimeOf = ({ log }: Fixture, quote: UnverifiedQuote) =>
  verifyRuntimeEvents(parseEventLog(log), quote.report.rtmrs[3]);

for (const [name, fixture] of Object.entries(FIXTURES)) {
  test(`the quote of ${name} is parsed, and its signatures lead to the Intel root`, (t) => {
    const quote = parseQuote(fixture.quote);
    t.is(quote.version, 4);
    t.is(quote.paddingBytes, 70);
    t.is(
      failureOf(() => verifyQuote(quote, root, fixture.atS * 1_000)),
      undefined,
    );
  });

  test(`${name}: register 3 replays from the payloads`, (t) => {
    const quote = parseQuote(fixture.quote);
    t.is(
      failureOf(() => runtimeOf(fixture, quote)),
      undefined,
    );
  });
}

test('the check reports whether the shown compose file is the measured one', (t) => {
  const verdicts = Object.entries(FIXTURES).map(([name, fixture]) => {
    const quote = parseQuote(fixture.quote);
    const { events } = runtimeOf(fixture, quote);
    const event = events.find(({ event: named }) => named === 'compose-hash');
    const failed = failureOf(() =>
      verifyComposeHash(
        fixture.compose,
        event?.payload ?? new Uint8Array(),
        quote.report.mrConfigId,
      ),
    );
    return [name, failed ?? 'pass'];
  });
  t.deepEqual(Object.fromEntries(verdicts), EXPECTED_COMPOSE);
});

const EXPECTED_COMPOSE = {
  'near-mpc-2026-08': 'pass',
  'near-mpc-2026-01': 'pass',
  'dstack-quote-report': 'compose.hash',
  'dstack-simulator-kms': 'compose.hash',
  'dstack-examples-rtmr3': 'pass',
};

test('events that a container wrote after the boot are separate from the boot', (t) => {
  const later = (name: string): readonly string[] => {
    const fixture = FIXTURES[name];
    if (fixture === undefined) throw new Error(name);
    return readBootFacts(runtimeOf(fixture, parseQuote(fixture.quote)).events).later;
  };
  t.deepEqual(later('near-mpc-2026-08'), ['mpc-image-digest']);
  t.deepEqual(later('dstack-quote-report'), ['LIUM_MINER_HOTKEY']);
  t.deepEqual(later('dstack-simulator-kms'), []);
});

test('a full log replays registers 0 to 2', (t) => {
  const fixture = FIXTURES['near-mpc-2026-08'];
  if (fixture === undefined) throw new Error('no fixture');
  const { rtmrs } = parseQuote(fixture.quote).report;
  const log = parseEventLog(fixture.log);
  for (const imr of [0, 1, 2] as const) {
    t.is(replayBootRegister(log, imr), Buffer.from(rtmrs[imr]).toString('hex'));
  }
});

test('a log of dstack 0.4 lacks the required events', (t) => {
  const fixture = FIXTURES['dstack-examples-rtmr3'];
  if (fixture === undefined) throw new Error('no fixture');
  const { events } = runtimeOf(fixture, parseQuote(fixture.quote));
  t.is(
    failureOf(() => readBootFacts(events)),
    'log.events',
  );
});
