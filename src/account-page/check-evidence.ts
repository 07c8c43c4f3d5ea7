/**
 * What a browser can check of an attestation document by itself, and what it can not.
 *
 * | line     | checked                                                                     | rests on  |
 * | -------- | --------------------------------------------------------------------------- | --------- |
 * | digest   | SHA-512 of the statement's bytes is the report data of the answer           | -         |
 * | quote    | the quote carries it, where a TDX quote has its report data                 | digest    |
 * | nonce    | the statement names the random number that this browser made up for it      | quote     |
 * | time     | it was issued just now, by this device's clock                              | quote     |
 * | origin   | it is the statement of the address that this page came from                 | quote     |
 *
 * Whoever can write bytes can make a document for which all of these hold: a quote is worth something only by the signature of
 * the hardware, which is not checked here. So nothing here is ever a verdict.
 */
import { isFields } from '../wire/read-message.js';

export type Line = {
  readonly id: 'digest' | 'quote' | 'nonce' | 'time' | 'origin' | 'mode' | 'beyond';
  /** `checked`: this browser checked it and it holds; `contradicted`: it checked it and it does not. */
  readonly verdict: 'checked' | 'contradicted' | 'not-checked';
  readonly text: string;
};

export type Checked = {
  readonly lines: readonly Line[];
  /** Not claimed to be real hardware. */
  readonly isSimulated: boolean;
  /** The statement as it was read, whoever wrote it. */
  readonly statement: { readonly [name: string]: unknown };
  readonly statementText: string;
};

export type Question = {
  readonly nonce: string;
  readonly origin: string;
  readonly nowMs: number;
  /** As this browser does it; it is given, so that a test can tell what it rests on. */
  readonly sha512: (bytes: Uint8Array<ArrayBuffer>) => Promise<Uint8Array>;
};

/** How far this device's clock and the service's may be apart, with the time that an answer takes. */
const FRESH_MS = 5 * 60_000;

/** Where a quote's report data begins, in bytes: header and body, and in version 5 the body's descriptor between them. */
const REPORT_DATA_AT: ReadonlyMap<string, number> = new Map([
  ['0400', 48 + 520],
  ['0500', 48 + 6 + 520],
]);
const REPORT_DATA_BYTES = 64;

export const hexOf = (bytes: Uint8Array): string =>
  [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');

/** The report data that a quote carries; undefined where it is none that we can read. */
export function reportDataIn(quoteHex: string): string | undefined {
  const at = REPORT_DATA_AT.get(quoteHex.slice(0, 4));
  if (at === undefined || !/^[0-9a-f]+$/.test(quoteHex)) return undefined;
  const found = quoteHex.slice(2 * at, 2 * (at + REPORT_DATA_BYTES));
  return found.length === 2 * REPORT_DATA_BYTES ? found : undefined;
}

const text = (value: unknown): string => (typeof value === 'string' ? value : '');

function parseFields(json: string): { readonly [name: string]: unknown } {
  try {
    const value: unknown = JSON.parse(json);
    return isFields(value) ? value : {};
  } catch {
    return {};
  }
}

type Fields = { readonly [name: string]: unknown };

/** Checks an answer of `GET /attestation?nonce=`. */
export async function checkEvidence(answer: Fields, asked: Question): Promise<Checked> {
  const statementText = text(answer['statement']);
  const statement = parseFields(statementText);
  const digest = hexOf(await asked.sha512(new TextEncoder().encode(statementText)));
  const binding = isFields(answer['binding']) ? answer['binding'] : {};
  const isDigest =
    statementText !== '' &&
    digest === text(answer['report_data']) &&
    digest === text(binding['report_data']);
  const isQuoted = isDigest && digest === reportDataIn(text(answer['quote']));
  const { mode, isSimulated } = modeOf(answer, statement);
  return {
    lines: [
      line('digest', isDigest, [
        'the SHA-512 of the statement below is the report data of the answer',
        'the SHA-512 of the statement below is not the report data of the answer',
      ]),
      isDigest
        ? line('quote', isQuoted, [
            'the quote carries that SHA-512',
            'the quote carries another report data',
          ])
        : unrelated('quote'),
      ...(isQuoted
        ? linesOfStatement(answer, statement, asked)
        : (['nonce', 'time', 'origin'] as const).map(unrelated)),
      mode,
      ...BEYOND.map((what): Line => ({ id: 'beyond', verdict: 'not-checked', text: what })),
    ],
    isSimulated,
    statement,
    statementText,
  };
}

const line = (
  id: Line['id'],
  holds: boolean,
  [yes, no]: readonly [yes: string, no: string],
): Line => ({
  id,
  verdict: holds ? 'checked' : 'contradicted',
  text: holds ? yes : no,
});

/** What rests on a binding that does not hold says nothing. */
const unrelated = (id: 'quote' | 'nonce' | 'time' | 'origin'): Line => ({
  id,
  verdict: 'not-checked',
  text: `${NAMES[id]}: the statement is not the one that is quoted`,
});

const NAMES = {
  quote: 'what the quote carries',
  nonce: 'whether the answer is to this question',
  time: 'when it was issued',
  origin: 'which address it is for',
} as const;

function linesOfStatement(
  answer: Fields,
  statement: Fields,
  { nonce, origin, nowMs }: Question,
): readonly Line[] {
  const isOurs = statement['nonce'] === nonce && answer['request_nonce'] === nonce;
  const ageMs = Math.abs(nowMs - Date.parse(text(statement['issued_at'])));
  const config = isFields(statement['config']) ? statement['config'] : {};
  return [
    line('nonce', isOurs, [
      'it answers the random number that this browser made up just now',
      'it does not answer the random number that this browser made up: it may be an old answer',
    ]),
    line('time', ageMs <= FRESH_MS, [
      "it was issued within five minutes, by this device's clock",
      "it was not issued just now, by this device's clock",
    ]),
    line('origin', config['PUBLIC_ORIGIN'] === origin, [
      `it is the statement of ${origin}, where this page came from`,
      `it is the statement of another address than ${origin}, where this page came from`,
    ]),
  ];
}

function modeOf(answer: Fields, statement: Fields) {
  const config = isFields(statement['config']) ? statement['config'] : {};
  const isClaimed = answer['mode'] === 'tdx' && text(config['DSTACK_SIMULATOR_ENDPOINT']) === '';
  const mode: Line = {
    id: 'mode',
    verdict: 'not-checked',
    text: isClaimed
      ? 'whether it runs in a real Intel TDX machine: the answer says so'
      : 'whether it runs in a real Intel TDX machine: the answer itself says that it does not',
  };
  return { mode, isSimulated: !isClaimed };
}

const BEYOND = [
  "whether Intel's hardware signed the quote, and whether that platform is up to date",
  'which system image and which code were started',
  'who may let other code use the same keys',
] as const;
