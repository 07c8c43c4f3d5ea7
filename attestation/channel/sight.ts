/**
 * What a verifier sees of the connection over which a document comes, and how a captured bundle
 * records it. The record is the word of the party that wrote the file: nothing signs it.
 */
import { z } from 'zod';
import { hex, parseHex } from '../bytes.js';
import { caaSightSchema, type CaaSight } from './caa-sight.js';

/** The verifier's own end of a TLS connection. */
export type SeenChannel = {
  /** SHA-256 of the public key in the certificate that the other end used, in hex. */
  readonly spkiSha256: string;
  /** The exporter value of the connection (32 bytes). */
  readonly exporter: Uint8Array;
};

/** A request for a document, and what was seen of its connection. */
export type Sight = {
  /** The URL that was asked. */
  readonly url: string;
  readonly nonce: string;
  /** Undefined if the request did not use TLS. */
  readonly channel: SeenChannel | undefined;
  /** What the DNS says about certificates of the name. Undefined if it was not asked. */
  readonly caa: CaaSight | undefined;
  /** The time at which a bundle recorded it. Undefined if the verifier sees it now. */
  readonly capturedAt: string | undefined;
};

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);

/** The schema of the member `captured` of a bundle, which the service never writes. */
export const captureSchema = z.strictObject({
  url: z.string().max(2_048),
  at: z.iso.datetime({ precision: 3 }),
  nonce: sha256,
  /** Null if the request did not use TLS. */
  tls: z.strictObject({ spki_sha256: sha256, exporter: sha256 }).nullable(),
  caa: caaSightSchema.exactOptional(),
});

/** What a bundle records of its capture. */
export type CaptureRecord = z.infer<typeof captureSchema>;

/** Returns the record of what is seen now. */
export function recordOf({ url, nonce, channel, caa }: Sight, nowMs: number): CaptureRecord {
  return {
    url,
    at: new Date(nowMs).toISOString(),
    nonce,
    tls: channel === undefined ? null : encodeChannel(channel),
    ...(caa === undefined ? {} : { caa }),
  };
}

const encodeChannel = ({ spkiSha256, exporter }: SeenChannel) => ({
  spki_sha256: spkiSha256,
  exporter: hex(exporter),
});

/** Returns what a record says. */
export const sightOf = ({ url, at, nonce, tls, caa }: CaptureRecord): Sight => ({
  url,
  nonce,
  channel:
    tls === null ? undefined : { spkiSha256: tls.spki_sha256, exporter: parseHex(tls.exporter) },
  caa,
  capturedAt: at,
});
