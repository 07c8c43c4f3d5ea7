/** Tests changed evidence: each forgery fails at the check for it. */
import { X509Certificate, generateKeyPairSync, sign } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { test } from '../test.js';
import fc from 'fast-check';
import { EvidenceError } from '../../attestation/check.js';
import {
  parseEventLog,
  readBootFacts,
  verifyRuntimeEvents,
} from '../../attestation/evidence/event-log.js';
import { parseQuote } from '../../attestation/evidence/tdx-quote.js';
import { verifyQuote } from '../../attestation/evidence/verify-quote.js';

const vectors = new URL('../../../test/vectors/attestation/near-mpc-2026-08/', import.meta.url);
const roots = new URL('../../../attestation/trusted-roots/', import.meta.url);
const AT_MS = 1_786_622_400_000;
const root = new X509Certificate(readFileSync(new URL('intel-sgx-root-ca.pem', roots)));
const bytes = Uint8Array.from(
  JSON.parse(readFileSync(new URL('quote.json', vectors), 'utf8')) as number[],
);
const { event_log: rows } = JSON.parse(readFileSync(new URL('tcb_info.json', vectors), 'utf8')) as {
  event_log: Record<string, unknown>[];
};
const [, , , rtmr3] = parseQuote(bytes).report.rtmrs;

function failureOf(work: () => unknown): string {
  try {
    work();
    return 'pass';
  } catch (error) {
    if (error instanceof EvidenceError) return error.check;
    throw error;
  }
}

const verdictOf = (quote: Uint8Array, atMs = AT_MS): string =>
  failureOf(() => verifyQuote(parseQuote(quote), root, atMs));

function changed(at: number, value?: number): Uint8Array {
  const copy = bytes.slice();
  copy[at] = value ?? (copy[at] ?? 0) ^ 1;
  return copy;
}

const QUOTES: readonly (readonly [string, Uint8Array, string])[] = [
  ['another version', changed(0, 3), 'quote.format'],
  ['another key type', changed(2, 3), 'quote.format'],
  ['an SGX quote', changed(4, 0), 'quote.format'],
  ['another QE vendor', changed(12), 'quote.format'],
  ['another report data', changed(568), 'quote.signature'],
  ['another register', changed(520), 'quote.signature'],
  ['a debug attribute', changed(168, 1), 'quote.signature'],
  ['another signature', changed(640), 'quote.signature'],
  ['another QE report', changed(780), 'quote.qe-report'],
  ['another QE signature', changed(1_160), 'quote.qe-report'],
  ['cut short', bytes.slice(0, 3_000), 'quote.format'],
  ['a byte after it', Uint8Array.of(...bytes, 1), 'quote.format'],
  ['many zero bytes after it', Uint8Array.of(...bytes, ...new Uint8Array(80)), 'quote.format'],
  ['nothing', new Uint8Array(), 'quote.format'],
];
for (const [what, quote, check] of QUOTES) {
  test(`a quote with ${what} fails at ${check}`, (t) => {
    t.is(verdictOf(quote), check);
  });
}

test('a foreign attestation key fails at quote.qe-report even with a valid signature', (t) => {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const { x = '', y = '' } = publicKey.export({ format: 'jwk' });
  const forged = bytes.slice();
  forged[568] = 7;
  const signature = sign('sha256', forged.subarray(0, 632), {
    key: privateKey,
    dsaEncoding: 'ieee-p1363',
  });
  forged.set(signature, 636);
  forged.set(Buffer.concat([Buffer.from(x, 'base64url'), Buffer.from(y, 'base64url')]), 700);
  t.is(verdictOf(forged), 'quote.qe-report');
});

test('another root and a time outside the chain or without a value fail at quote.pck-chain', (t) => {
  const [pck] =
    parseQuote(bytes).pckChainPem.match(/-----BEGIN[^]*?-----END CERTIFICATE-----/g) ?? [];
  const other = new X509Certificate(pck ?? '');
  t.is(
    failureOf(() => verifyQuote(parseQuote(bytes), other, AT_MS)),
    'quote.pck-chain',
  );
  for (const atMs of [0, Date.parse('2100-01-01'), Number.NaN, Number.POSITIVE_INFINITY]) {
    t.is(verdictOf(bytes, atMs), 'quote.pck-chain');
  }
});

test('a changed byte of the quote is accepted only in the padding and only as zero', (t) => {
  const end = bytes.length - 70;
  fc.assert(
    fc.property(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), (at, flip) => {
      const mutant = bytes.slice();
      mutant[at] = (mutant[at] ?? 0) ^ flip;
      t.not(verdictOf(mutant), 'pass', `byte ${at} of ${end}`);
    }),
    { numRuns: 1_500 },
  );
});

type Row = Record<string, unknown>;
const isRuntime = (row: Row): boolean => row['imr'] === 3;
const edit = (name: string, change: (row: Row) => Row | readonly Row[]): readonly Row[] =>
  rows.flatMap((row) => (isRuntime(row) && row['event'] === name ? change(row) : row));
const logVerdict = (list: readonly Row[]): string =>
  failureOf(() =>
    readBootFacts(verifyRuntimeEvents(parseEventLog(JSON.stringify(list)), rtmr3).events),
  );

const LOGS: readonly (readonly [string, readonly Row[]])[] = [
  [
    'a forged payload under the old digest',
    edit('compose-hash', (row) => ({ ...row, event_payload: '00' })),
  ],
  [
    'a renamed digest member',
    edit('app-id', ({ digest, ...row }) => ({ ...row, digests: digest })),
  ],
  ['no digest member', edit('app-id', ({ digest: _digest, ...row }) => row)],
  [
    'a wrong digest beside the right payload',
    edit('app-id', (row) => ({ ...row, digest: '0'.repeat(96) })),
  ],
  ['a foreign event type in register 3', edit('app-id', (row) => ({ ...row, event_type: 1 }))],
  ['a runtime event moved to register 0', edit('mpc-image-digest', (row) => ({ ...row, imr: 0 }))],
  ['a runtime event added to register 0', [...rows, { ...rows.find(isRuntime), imr: 0 }]],
  ['an event removed', edit('mpc-image-digest', () => [])],
  ['an event twice', edit('app-id', (row) => [row, row])],
  ['an unknown member', edit('app-id', (row) => ({ ...row, note: 'x' }))],
  [
    'a digest in capitals',
    edit('app-id', (row) => ({ ...row, digest: String(row['digest']).toUpperCase() })),
  ],
];
for (const [what, list] of LOGS) {
  test(`a log with ${what} fails at log.rtmr3`, (t) => {
    t.is(logVerdict(list), 'log.rtmr3');
  });
}

test('the original log passes, and so does one with empty runtime digests', (t) => {
  t.is(logVerdict(rows), 'pass');
  t.is(logVerdict(rows.map((row) => (isRuntime(row) ? { ...row, digest: '' } : row))), 'pass');
});

test('a second compose-hash after the boot fails at log.events, although it is in the register', (t) => {
  const { events } = verifyRuntimeEvents(parseEventLog(JSON.stringify(rows)), rtmr3);
  const compose = events.filter(({ event }) => event === 'compose-hash');
  t.is(
    failureOf(() => readBootFacts([...events, ...compose])),
    'log.events',
  );
});

test('text that is not a log is refused', (t) => {
  for (const text of ['', '{', '{}', 'null', '[1]', '[null]', '[[]]']) {
    t.is(
      failureOf(() => parseEventLog(text)),
      'log.rtmr3',
      text,
    );
  }
});
