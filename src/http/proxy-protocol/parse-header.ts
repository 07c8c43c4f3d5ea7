/**
 * Parses the header of the PROXY protocol, version 2, with which a gateway names the client of a
 * connection. Version 1 is a text that other clients can be made to send, so it is not accepted.
 *
 * | offset | bytes | field                                                       |
 * | ------ | ----- | ----------------------------------------------------------- |
 * | 0      | 12    | signature                                                   |
 * | 12     | 1     | version 2 and command: 0 LOCAL, 1 PROXY                     |
 * | 13     | 1     | address family and transport                                |
 * | 14     | 2     | length of the rest, big-endian                              |
 * | 16     | 12/36 | source and destination address, then their ports (2 each)   |
 * |        |       | further fields (TLVs), which are bounded and not read       |
 */
import { SocketAddress } from 'node:net';

const SIGNATURE = Buffer.from('0d0a0d0a000d0a515549540a', 'hex');
const FIXED_BYTES = 16;
const VERSION = 2;
const COMMANDS = { local: 0, proxy: 1 } as const;
const TCP_OVER_IPV4 = 0x11;
const TCP_OVER_IPV6 = 0x21;
/** The longest rest that is accepted. Genuine headers have less than 200 bytes. */
const MAX_REST_BYTES = 1_024;

/** The result of parsing the first bytes of a connection. */
export type ParsedHeader =
  /** More bytes are needed. */
  | { readonly kind: 'incomplete' }
  /** The bytes are not the beginning of a header of version 2. */
  | { readonly kind: 'absent' }
  | { readonly kind: 'invalid'; readonly reason: string }
  | {
      readonly kind: 'header';
      /** The number of its bytes. What follows belongs to the connection. */
      readonly length: number;
      /** Undefined for a connection of the gateway itself (LOCAL). */
      readonly client: string | undefined;
    };

const invalid = (reason: string): ParsedHeader => ({ kind: 'invalid', reason });

/** Parses the bytes that a connection has sent so far. Never throws. */
export function parseProxyHeader(bytes: Buffer): ParsedHeader {
  const begun = Math.min(bytes.length, SIGNATURE.length);
  if (!bytes.subarray(0, begun).equals(SIGNATURE.subarray(0, begun))) return { kind: 'absent' };
  if (bytes.length < FIXED_BYTES) return { kind: 'incomplete' };
  const [versionAndCommand, family] = [bytes.readUInt8(12), bytes.readUInt8(13)];
  if (versionAndCommand >> 4 !== VERSION) return invalid('another version');
  const rest = bytes.readUInt16BE(14);
  if (rest > MAX_REST_BYTES) return invalid('too long');
  const length = FIXED_BYTES + rest;
  if (bytes.length < length) return { kind: 'incomplete' };
  const command = versionAndCommand & 0x0f;
  if (command === COMMANDS.local) return { kind: 'header', length, client: undefined };
  if (command !== COMMANDS.proxy) return invalid('an unknown command');
  const client = readClient(family, bytes.subarray(FIXED_BYTES, length));
  return client === undefined ? invalid('no address') : { kind: 'header', length, client };
}

/** Returns the source address, or undefined for a family without one or for too few bytes. */
function readClient(family: number, rest: Buffer): string | undefined {
  if (family === TCP_OVER_IPV4 && rest.length >= 12) {
    return [...rest.subarray(0, 4)].join('.');
  }
  if (family !== TCP_OVER_IPV6 || rest.length < 36) return undefined;
  const groups = Array.from({ length: 8 }, (_, at) => rest.readUInt16BE(2 * at).toString(16));
  return new SocketAddress({ address: groups.join(':'), family: 'ipv6' }).address;
}
