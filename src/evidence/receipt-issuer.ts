/**
 * Signs receipts with the receipts key of this boot, and keeps the boot's document permanently from
 * the first receipt on.
 */
import { type Receipt, RECEIPT_TYPE, receiptSchema } from '../../attestation/schema/receipt.js';
import { encodeBase64url } from '../protocol/base64url.js';
import { canonicalJson } from '../protocol/canonical-json.js';
import { hex, utf8 } from '../protocol/bytes.js';
import type { Boot } from './boot.js';
import type { BootArchive } from './boot-archive.js';

type Claims = Omit<Receipt, 'jti' | 'app_id' | 'boot_statement'>;

/**
 * Returns a receipt as a compact JWS. Rejects ERR_STORE_* if the boot's document cannot be kept; no
 * receipt is issued then.
 */
export type IssueReceipt = (claims: Claims) => Promise<string>;

/** Creates the issuer of one boot. */
export function createReceiptIssuer(
  boot: Boot,
  archive: BootArchive,
  bootStatementHash: string,
  randomBytes: (length: number) => Uint8Array,
): IssueReceipt {
  const encode = (value: object): string => encodeBase64url(utf8(canonicalJson(value)));
  const header = encode({
    alg: 'EdDSA',
    kid: hex(boot.receiptsKey.publicKey),
    typ: RECEIPT_TYPE,
  });
  let kept: Promise<void> | undefined;
  const keepDocument = (): Promise<void> => {
    kept ??= archive.markReceipts(bootStatementHash).catch((error: unknown) => {
      kept = undefined;
      throw error;
    });
    return kept;
  };
  return async (claims) => {
    await keepDocument();
    const receipt = receiptSchema.parse({
      ...claims,
      jti: hex(randomBytes(16)),
      app_id: boot.info.appId,
      boot_statement: bootStatementHash,
    });
    const signed = `${header}.${encode(receipt)}`;
    return `${signed}.${encodeBase64url(boot.receiptsKey.sign(utf8(signed)))}`;
  };
}
