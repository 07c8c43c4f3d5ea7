/**
 * Sign-In with Ethereum messages (EIP-4361). Reading is as strict as writing: a text is accepted
 * only if writing the parsed message gives the same bytes.
 *
 * Timestamps are kept verbatim because the signed text, the CACAO and its CID depend on every
 * character of them.
 */
import { ServiceError } from '../errors.js';
import { type Address, isAddress } from './address.js';
import { parseChainId } from './did.js';
import { isTimestamp } from './timestamp.js';
import { isDomain, isUri } from './uri.js';

/** The fields of a sign-in request. All texts are verbatim, and all times are RFC 3339. */
export type SiweMessage = {
  readonly scheme?: string;
  /** A host with an optional port: an RFC 3986 authority without user information. */
  readonly domain: string;
  readonly address: Address;
  readonly statement?: string;
  readonly uri: string;
  readonly chainId: number;
  readonly nonce: string;
  readonly issuedAt: string;
  readonly expirationTime?: string;
  readonly notBefore?: string;
  readonly requestId?: string;
  readonly resources?: readonly string[];
};

const SCHEME = /^[A-Za-z][A-Za-z0-9+\-.]*$/;
// The reserved and unreserved characters of RFC 3986, and the space. Line breaks and percent signs
// are excluded.
const STATEMENT = /^[A-Za-z0-9\-._~:/?#[\]@!$&'()*+,;= ]+$/;
const NONCE = /^[A-Za-z0-9]{8,}$/;
const REQUEST_ID = /^(?:[A-Za-z0-9\-._~!$&'()*+,;=:@]|%[0-9A-Fa-f]{2})*$/;
const HEADING = ' wants you to sign in with your Ethereum account:';

function check(ok: boolean, field: string): void {
  if (!ok) throw new ServiceError('ERR_SIWE_INVALID', { detail: { field } });
}

function checkFields(message: SiweMessage): void {
  check(message.scheme === undefined || SCHEME.test(message.scheme), 'scheme');
  check(isDomain(message.domain), 'domain');
  check(isAddress(message.address), 'address');
  check(message.statement === undefined || STATEMENT.test(message.statement), 'statement');
  check(isUri(message.uri), 'uri');
  check(parseChainId(String(message.chainId)) !== undefined, 'chainId');
  check(NONCE.test(message.nonce), 'nonce');
  check(isTimestamp(message.issuedAt), 'issuedAt');
  check(
    message.expirationTime === undefined || isTimestamp(message.expirationTime),
    'expirationTime',
  );
  check(message.notBefore === undefined || isTimestamp(message.notBefore), 'notBefore');
  check(message.requestId === undefined || REQUEST_ID.test(message.requestId), 'requestId');
  check(message.resources?.every(isUri) ?? true, 'resources');
}

/**
 * Writes the text to sign: lines joined by line feeds, without a final one. Throws ERR_SIWE_INVALID
 * with the name of the field.
 */
export function encodeSiweMessage(message: SiweMessage): string {
  checkFields(message);
  const scheme = message.scheme === undefined ? '' : `${message.scheme}://`;
  const lines = [`${scheme}${message.domain}${HEADING}`, message.address, ''];
  if (message.statement !== undefined) lines.push(message.statement);
  lines.push('', `URI: ${message.uri}`, 'Version: 1', `Chain ID: ${message.chainId}`);
  lines.push(`Nonce: ${message.nonce}`, `Issued At: ${message.issuedAt}`);
  const { expirationTime, notBefore, requestId, resources } = message;
  if (expirationTime !== undefined) lines.push(`Expiration Time: ${expirationTime}`);
  if (notBefore !== undefined) lines.push(`Not Before: ${notBefore}`);
  if (requestId !== undefined) lines.push(`Request ID: ${requestId}`);
  if (resources !== undefined) lines.push('Resources:', ...resources.map((uri) => `- ${uri}`));
  return lines.join('\n');
}

/** Reads lines in the order of the grammar. */
class LineReader {
  readonly #lines: readonly string[];
  #next = 0;

  constructor(text: string) {
    this.#lines = text.split('\n');
  }

  /**
   * Returns the rest of the next line and advances, or returns undefined if the line has another
   * prefix.
   */
  take(prefix: string): string | undefined {
    const line = this.#lines[this.#next];
    if (line === undefined || !line.startsWith(prefix)) return undefined;
    this.#next += 1;
    return line.slice(prefix.length);
  }

  get atEnd(): boolean {
    return this.#next === this.#lines.length;
  }
}

type Heading = Pick<SiweMessage, 'scheme' | 'domain' | 'address' | 'statement'>;

function parseHeading(reader: LineReader): Heading {
  const first = reader.take('') ?? '';
  check(first.endsWith(HEADING), 'heading');
  const origin = first.slice(0, -HEADING.length);
  const cut = origin.indexOf('://');
  const address = reader.take('') ?? '';
  check(isAddress(address), 'address');
  check(reader.take('') === '', 'heading');
  const statement = reader.take('') ?? '';
  if (statement !== '') check(reader.take('') === '', 'statement');
  return {
    ...(cut < 0 ? {} : { scheme: origin.slice(0, cut) }),
    domain: cut < 0 ? origin : origin.slice(cut + 3),
    address: address as Address,
    ...(statement === '' ? {} : { statement }),
  };
}

function parseResources(reader: LineReader): readonly string[] | undefined {
  if (reader.take('Resources:') === undefined) return undefined;
  const resources: string[] = [];
  for (let uri = reader.take('- '); uri !== undefined; uri = reader.take('- ')) resources.push(uri);
  return resources;
}

/**
 * Parses a sign-in request. Throws ERR_SIWE_INVALID for any text that encodeSiweMessage does not
 * write.
 */
export function parseSiweMessage(text: string): SiweMessage {
  const reader = new LineReader(text);
  const heading = parseHeading(reader);
  const uri = reader.take('URI: ') ?? '';
  check(reader.take('Version: ') === '1', 'version');
  const chainId = parseChainId(reader.take('Chain ID: ') ?? '') ?? 0;
  const nonce = reader.take('Nonce: ') ?? '';
  const issuedAt = reader.take('Issued At: ') ?? '';
  const expirationTime = reader.take('Expiration Time: ');
  const notBefore = reader.take('Not Before: ');
  const requestId = reader.take('Request ID: ');
  const resources = parseResources(reader);
  check(reader.atEnd, 'end');
  const message: SiweMessage = {
    ...heading,
    uri,
    chainId,
    nonce,
    issuedAt,
    ...(expirationTime === undefined ? {} : { expirationTime }),
    ...(notBefore === undefined ? {} : { notBefore }),
    ...(requestId === undefined ? {} : { requestId }),
    ...(resources === undefined ? {} : { resources }),
  };
  check(encodeSiweMessage(message) === text, 'form');
  return message;
}
