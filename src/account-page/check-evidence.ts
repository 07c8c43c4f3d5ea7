/**
 * Checks what a browser can check of an attestation document, and lists what it cannot.
 *
 * | line     | what is checked                                                             | requires  |
 * | -------- | --------------------------------------------------------------------------- | --------- |
 * | digest   | SHA-512 of the statement's bytes is the report data of the answer           | -         |
 * | quote    | the quote contains it where a TDX quote has its report data                 | digest    |
 * | nonce    | the statement covers the random number that this browser created for it     | quote     |
 * | time     | it was issued within five minutes, by this device's clock                   | quote     |
 * | origin   | it is the statement of the origin that this page came from                  | quote     |
 *
 * Who ends the encryption of the connection (`channel`) is told as the statement says it: a page
 * sees no certificate and no exporter value of its connection.
 *
 * Anyone can forge a document for which all of these hold: a quote is only worth something with the
 * signature of the hardware, which is not checked here. Nothing here is therefore a verdict.
 */
import { isProvenNonce } from './nonce-proof.js';
import { isFields } from '../wire/read-message.js';
import { t } from '../pages/translate.js';

/** One check and its result. */
export type Line = {
  readonly id: 'digest' | 'quote' | 'nonce' | 'time' | 'origin' | 'channel' | 'mode' | 'beyond';
  /**
   * `checked`: this browser checked it and it holds. `contradicted`: this browser checked it and it
   * does not hold.
   */
  readonly verdict: 'checked' | 'contradicted' | 'not-checked';
  readonly text: string;
};

/** The result of all checks. */
export type Checked = {
  readonly lines: readonly Line[];
  /** Where the encryption of the connection ends, as a statement says that is in the quote. */
  readonly endOfTls: 'gateway' | 'machine' | undefined;
  /** Whether the answer does not claim real hardware. */
  readonly isSimulated: boolean;
  /** The statement as it was received, from any author. */
  readonly statement: { readonly [name: string]: unknown };
  readonly statementText: string;
};

/** What an answer is checked against. */
export type Question = {
  readonly nonce: string;
  readonly origin: string;
  readonly nowMs: number;
  /** The browser's implementation, passed in so that a test can replace it. */
  readonly sha512: (bytes: Uint8Array<ArrayBuffer>) => Promise<Uint8Array>;
  readonly sha256: (bytes: Uint8Array) => Promise<Uint8Array>;
};

/**
 * The maximum difference between this device's clock and the service's, including the time of the
 * response.
 */
const FRESH_MS = 5 * 60_000;

/**
 * Where a quote's report data begins, in bytes: after the header and within the body, and in
 * version 5 also after the body's descriptor.
 */
const REPORT_DATA_AT: ReadonlyMap<string, number> = new Map([
  ['0400', 48 + 520],
  ['0500', 48 + 6 + 520],
]);
const REPORT_DATA_BYTES = 64;

/** Encodes bytes as hex. */
export const hexOf = (bytes: Uint8Array): string =>
  [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');

/** Returns the report data in a quote, or undefined if the quote cannot be parsed. */
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

/** Checks a response of `GET /attestation?nonce=`. */
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
        t('the SHA-512 of the statement below is the report data of the answer'),
        t('the SHA-512 of the statement below is not the report data of the answer'),
      ]),
      isDigest
        ? line('quote', isQuoted, [
            t('the quote contains that SHA-512'),
            t('the quote contains different report data'),
          ])
        : unrelated('quote'),
      ...(isQuoted
        ? await linesOfStatement(answer, statement, asked)
        : (['nonce', 'time', 'origin', 'channel'] as const).map(unrelated)),
      mode,
      ...BEYOND.map((what): Line => ({ id: 'beyond', verdict: 'not-checked', text: what })),
    ],
    endOfTls: isQuoted ? endOfTlsIn(statement) : undefined,
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

/** Nothing is concluded from a statement whose binding does not hold. */
const unrelated = (id: keyof typeof NAMES): Line => ({
  id,
  verdict: 'not-checked',
  text: `${NAMES[id]}: ${t('the statement is not the one in the quote')}`,
});

const NAMES = {
  quote: t('what the quote contains'),
  nonce: t('whether the answer is for this request'),
  time: t('when it was issued'),
  origin: t('which origin it is for'),
  channel: t('who ends the encryption of this connection'),
} as const;

const endOfTlsIn = ({ tls }: Fields): 'gateway' | 'machine' =>
  isFields(tls) ? 'machine' : 'gateway';

const channelLine = (statement: Fields): Line => ({
  id: 'channel',
  verdict: 'not-checked',
  text:
    endOfTlsIn(statement) === 'machine'
      ? t(
          'whether this connection ends in the machine: a browser cannot compare its key with the one in the statement',
        )
      : t(
          'who reads along: the statement says that a gateway ends the encryption of this connection',
        ),
});

/**
 * Returns whether the statement contains the nonce, or a tree that the nonce is proved to be in.
 */
async function coversNonce(
  answer: Fields,
  statement: Fields,
  { nonce, sha256 }: Question,
): Promise<boolean> {
  if (answer['request_nonce'] !== nonce) return false;
  if (statement['nonce'] === nonce) return true;
  const [tree, proof] = [statement['nonce_tree'], answer['nonce_proof']];
  if (!isFields(tree) || !isFields(proof)) return false;
  const path = Array.isArray(proof['path']) ? proof['path'].map((each) => bytesOf(text(each))) : [];
  const { size } = tree;
  const { index } = proof;
  if (!isPlace(size) || !isPlace(index) || path.length > MOST_SIBLINGS) return false;
  const root = bytesOf(text(tree['root']));
  return isProvenNonce(bytesOf(nonce), { root, size, index, path }, sha256);
}

/** A tree of 65,536 nonces is as high. */
const MOST_SIBLINGS = 16;
const isPlace = (value: unknown): value is number =>
  typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= 65_536;
const bytesOf = (digits: string): Uint8Array =>
  Uint8Array.from(digits.match(/[0-9a-f]{2}/g) ?? [], (pair) => Number.parseInt(pair, 16));

async function linesOfStatement(
  answer: Fields,
  statement: Fields,
  asked: Question,
): Promise<readonly Line[]> {
  const { origin, nowMs } = asked;
  const isOurs = await coversNonce(answer, statement, asked);
  const ageMs = Math.abs(nowMs - Date.parse(text(statement['issued_at'])));
  const config = isFields(statement['config']) ? statement['config'] : {};
  return [
    line('nonce', isOurs, [
      t('it contains the random number that this browser just created'),
      t(
        'it does not contain the random number that this browser just created, so it may be an old answer',
      ),
    ]),
    line('time', ageMs <= FRESH_MS, [
      t("it was issued within five minutes, by this device's clock"),
      t("it was not issued within five minutes, by this device's clock"),
    ]),
    line('origin', config['PUBLIC_ORIGIN'] === origin, [
      t('it is the statement of {origin}, where this page came from', { origin }),
      t('it is the statement of an origin other than {origin}, where this page came from', {
        origin,
      }),
    ]),
    channelLine(statement),
  ];
}

function modeOf(answer: Fields, statement: Fields) {
  const config = isFields(statement['config']) ? statement['config'] : {};
  const isClaimed = answer['mode'] === 'tdx' && text(config['DSTACK_SIMULATOR_ENDPOINT']) === '';
  const mode: Line = {
    id: 'mode',
    verdict: 'not-checked',
    text: isClaimed
      ? t('whether it runs in a real Intel TDX machine: the answer claims so')
      : t('whether it runs in a real Intel TDX machine: the answer itself states that it does not'),
  };
  return { mode, isSimulated: !isClaimed };
}

const BEYOND = [
  t("whether Intel's hardware signed the quote, and whether that platform is up to date"),
  t('which system image and which code are running'),
  t('who can allow different code to use the same keys'),
] as const;
