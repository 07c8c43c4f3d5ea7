/**
 * Composes TDX quotes, versions 4 and 5, with complete signatures: an attestation key signs the
 * report, a quoting enclave's report vouches for that key, and the platform's certificate signs
 * that report. Every field can be chosen, so that a wrong value can carry a valid signature.
 */
import { createHash, webcrypto } from 'node:crypto';
import { concatBytes, utf8 } from '../../../src/protocol/bytes.js';
import { signBytes, type TestPki } from './pki/mint-pki.js';
import { QE } from './pki/platform-facts.js';
import type { KeyPair } from './pki/x509.js';

export type QuoteVersion = '4' | '5' | '5-td15';

/** The measurements of a machine, 48 bytes each. */
export type QuoteBody = {
  readonly mrtd: Uint8Array;
  readonly mrConfigId: Uint8Array;
  readonly rtmrs: readonly [Uint8Array, Uint8Array, Uint8Array, Uint8Array];
  /** 64 bytes. */
  readonly reportData: Uint8Array;
};

/** The other fields of a quote, for tests with wrong values. */
export type QuoteFields = {
  readonly teeTcbSvn: Uint8Array;
  readonly mrSeam: Uint8Array;
  readonly mrSignerSeam: Uint8Array;
  readonly seamAttributes: Uint8Array;
  readonly tdAttributes: Uint8Array;
  readonly xfam: Uint8Array;
  readonly mrOwner: Uint8Array;
  readonly mrOwnerConfig: Uint8Array;
  readonly mrServiceTd: Uint8Array;
  readonly qeVendor: Uint8Array;
  readonly qeIsvSvn: number;
  readonly qeMrSigner: Uint8Array;
  /** Bytes after the quote. */
  readonly padding: Uint8Array;
};

const zeros = (length: number): Uint8Array => new Uint8Array(length);
const fromHex = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'hex'));
const u16 = (value: number): Uint8Array => Uint8Array.of(value & 0xff, value >> 8);
const u32 = (value: number): Uint8Array => concatBytes(u16(value & 0xffff), u16(value >>> 16));

const usualFields = ({ facts }: TestPki): QuoteFields => ({
  teeTcbSvn: Uint8Array.from(facts.teeTcbSvn),
  mrSeam: new Uint8Array(createHash('sha384').update('sealwright stand-in tdx module').digest()),
  mrSignerSeam: zeros(48),
  seamAttributes: zeros(8),
  tdAttributes: fromHex('0000001000000000'),
  xfam: fromHex('e702060000000000'),
  mrOwner: zeros(48),
  mrOwnerConfig: zeros(48),
  mrServiceTd: zeros(48),
  qeVendor: fromHex('939a7233f79c4ca9940a0db3957f0607'),
  qeIsvSvn: QE.isvSvn,
  qeMrSigner: QE.mrSigner,
  padding: zeros(70),
});

function encodeReport(body: QuoteBody, fields: QuoteFields): Uint8Array {
  return concatBytes(
    fields.teeTcbSvn,
    fields.mrSeam,
    fields.mrSignerSeam,
    fields.seamAttributes,
    fields.tdAttributes,
    fields.xfam,
    body.mrtd,
    body.mrConfigId,
    fields.mrOwner,
    fields.mrOwnerConfig,
    ...body.rtmrs,
    body.reportData,
  );
}

function encodeSigned(version: QuoteVersion, body: QuoteBody, fields: QuoteFields): Uint8Array {
  const number = version === '4' ? 4 : 5;
  const header = concatBytes(u16(number), u16(2), u32(0x81), zeros(4), fields.qeVendor, zeros(20));
  const report = encodeReport(body, fields);
  if (version === '4') return concatBytes(header, report);
  if (version === '5') return concatBytes(header, u16(2), u32(584), report);
  return concatBytes(header, u16(3), u32(648), report, fields.teeTcbSvn, fields.mrServiceTd);
}

/** Encodes the quoting enclave's report (384 bytes), which vouches for a key by its hash. */
function encodeQeReport(key: Uint8Array, authData: Uint8Array, fields: QuoteFields): Uint8Array {
  const vouched = createHash('sha256').update(key).update(authData).digest();
  return concatBytes(
    zeros(16), // CPU SVN
    zeros(4), // misc select
    zeros(28),
    QE.attributes,
    zeros(32), // MRENCLAVE
    zeros(32),
    fields.qeMrSigner,
    zeros(96),
    u16(QE.isvProdId),
    u16(fields.qeIsvSvn),
    zeros(60),
    new Uint8Array(vouched),
    zeros(32),
  );
}

/** Signs quotes with the platform of a test PKI. */
export class QuotingEnclave {
  readonly #pki: TestPki;
  readonly #keys: KeyPair;
  readonly #publicKey: Uint8Array;

  private constructor(pki: TestPki, keys: KeyPair, publicKey: Uint8Array) {
    this.#pki = pki;
    this.#keys = keys;
    this.#publicKey = publicKey;
  }

  static async start(pki: TestPki): Promise<QuotingEnclave> {
    const algorithm = { name: 'ECDSA', namedCurve: 'P-256' };
    const keys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
    const raw = new Uint8Array(await webcrypto.subtle.exportKey('raw', keys.publicKey));
    return new QuotingEnclave(pki, keys, raw.slice(1));
  }

  async quote(
    version: QuoteVersion,
    body: QuoteBody,
    changes: Partial<QuoteFields> = {},
  ): Promise<Uint8Array> {
    const fields = { ...usualFields(this.#pki), ...changes };
    const signed = encodeSigned(version, body, fields);
    const signature = await signBytes(this.#keys.privateKey, signed);
    const section = concatBytes(signature, this.#publicKey, await this.#certification(fields));
    return concatBytes(signed, u32(section.length), section, fields.padding);
  }

  async #certification(fields: QuoteFields): Promise<Uint8Array> {
    const authData = Uint8Array.from({ length: 32 }, (_, at) => at);
    const report = encodeQeReport(this.#publicKey, authData, fields);
    const signature = await signBytes(this.#pki.pckKey, report);
    const chain = concatBytes(utf8(this.#pki.pckChainPem), Uint8Array.of(0));
    const certification = concatBytes(
      report,
      signature,
      u16(authData.length),
      authData,
      u16(5),
      u32(chain.length),
      chain,
    );
    return concatBytes(u16(6), u32(certification.length), certification);
  }
}
