/**
 * The sealed documents of a certificate. No key of them is ever on a disk without the seal.
 *
 * | kind              | contains                                    | changes                         |
 * | ----------------- | ------------------------------------------- | ------------------------------- |
 * | `acme-account`    | the key and address of the ACME account     | with another authority          |
 * | `tls-order`       | an order under way and the key for it       | removed with the certificate    |
 * | `tls-certificate` | the certificate that is served, and its key | with each renewal               |
 * | `tls-turn`        | which replica orders, and its challenge     | `order-turn.ts`                 |
 */
import { z } from 'zod';
import { sealedCodec } from '../accounts/sealed-codec.js';

const url = z.string().max(2_048);
const pem = (most: number) => z.string().max(most);

const account = z.strictObject({ directory: url, key: pem(8_192), uri: url.nullable() });
const order = z.strictObject({
  directory: url,
  name: z.string().max(253),
  url,
  key: pem(8_192),
  placedAtMs: z.number(),
});
const certificate = z.strictObject({
  directory: url,
  name: z.string().max(253),
  certificate: pem(65_536),
  key: pem(8_192),
});

/** An ACME account. `uri` is null until the authority has answered. */
export type StoredAccount = z.infer<typeof account>;
/** An order under way. */
export type StoredOrder = z.infer<typeof order>;
/** A certificate that was issued. */
export type StoredCertificate = z.infer<typeof certificate>;

export const accountCodec = sealedCodec<StoredAccount>('acme-account', account);
export const orderCodec = sealedCodec<StoredOrder>('tls-order', order);
export const certificateCodec = sealedCodec<StoredCertificate>('tls-certificate', certificate);

/** The id of each of these documents. A store has one of each kind. */
export const CURRENT = 'current';
