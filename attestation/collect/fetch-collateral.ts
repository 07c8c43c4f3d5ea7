/**
 * Fetches the collateral of a family of platforms from a provisioning cache or from Intel (PCS
 * version 4), in the encoding of dcap-qvl. Nothing is judged here. Signatures cover exact bytes, so
 * the signed texts are cut out of the replies unchanged.
 */
import type { CollateralService } from './collateral-service.js';
import { fetchCapped, type CappedAnswer } from './fetch-capped.js';

/** The family of a platform. */
export type PlatformFamily = {
  /** 12 hex digits in upper case. */
  readonly fmspc: string;
  /** The Intel CA that issued the platform's certificate. */
  readonly ca: 'platform' | 'processor';
};

/** Collateral by the names of its members. */
export type FetchedCollateral = Readonly<Record<string, string>>;

const MAX_BYTES = 1024 * 1024;

/** Intel changed the name of this header, and some caches still send the earlier one. */
const TCB_INFO_CHAIN = ['TCB-Info-Issuer-Chain', 'SGX-TCB-Info-Issuer-Chain'];

/** Fetches collateral. Rejects an Error that names the part that failed. */
export async function fetchCollateral(
  { baseUrl, rootCrlUrl }: CollateralService,
  { fmspc, ca }: PlatformFamily,
  { nowMs, deadlineMs = 10_000 }: { readonly nowMs: number; readonly deadlineMs?: number },
): Promise<FetchedCollateral> {
  const get = async (address: string): Promise<CappedAnswer> => {
    const url = new URL(address);
    const answer = await fetchCapped(url, { deadlineMs, maxBytes: MAX_BYTES });
    if (answer.status !== 200) throw new Error(`${url.pathname} answered ${answer.status}`);
    return answer;
  };
  const [crl, rootCrl, tcb, identity] = await Promise.all([
    get(`${baseUrl}/sgx/certification/v4/pckcrl?ca=${ca}&encoding=der`),
    get(rootCrlUrl),
    get(`${baseUrl}/tdx/certification/v4/tcb?fmspc=${fmspc}`),
    get(`${baseUrl}/tdx/certification/v4/qe/identity`),
  ]);
  const tcbInfo = cut(textOf(tcb), 'tcbInfo');
  const qeIdentity = cut(textOf(identity), 'enclaveIdentity');
  return {
    pck_crl_issuer_chain: chainOf(crl, ['SGX-PCK-CRL-Issuer-Chain']),
    root_ca_crl: rootCrlOf(rootCrl),
    pck_crl: Buffer.from(crl.body).toString('hex'),
    tcb_info_issuer_chain: chainOf(tcb, TCB_INFO_CHAIN),
    tcb_info: tcbInfo.signed,
    tcb_info_signature: tcbInfo.signature,
    qe_identity_issuer_chain: chainOf(identity, ['SGX-Enclave-Identity-Issuer-Chain']),
    qe_identity: qeIdentity.signed,
    qe_identity_signature: qeIdentity.signature,
    fetched_at: new Date(nowMs).toISOString(),
  };
}

const textOf = ({ body }: CappedAnswer): string => Buffer.from(body).toString('utf8');

/** Reads a chain from the first of the headers that the reply has. */
function chainOf({ headers }: CappedAnswer, names: readonly string[]): string {
  const name = names.find((each) => headers.has(each));
  if (name === undefined) throw new Error(`the reply has no header ${names.join(' or ')}`);
  try {
    return decodeURIComponent(headers.get(name) ?? '');
  } catch (cause) {
    throw new Error(`the header ${name} cannot be read`, { cause });
  }
}

/** Most caches reply in hex, some in DER. */
function rootCrlOf(answer: CappedAnswer): string {
  const text = textOf(answer).trim();
  return /^(?:[0-9a-fA-F]{2})+$/.test(text)
    ? text.toLowerCase()
    : Buffer.from(answer.body).toString('hex');
}

/**
 * Returns the signed member of `{"<name>":{…},"signature":"…"}`, byte for byte, and the signature.
 */
function cut(text: string, name: string): { readonly signed: string; readonly signature: string } {
  const [whole, signed, signature] =
    new RegExp(`^\\s*\\{"${name}":(\\{[^]*\\}),"signature":"([0-9a-fA-F]{128})"\\}\\s*$`).exec(
      text,
    ) ?? [];
  if (whole === undefined || signed === undefined || signature === undefined) {
    throw new Error(`the reply about ${name} is malformed`);
  }
  return { signed, signature: signature.toLowerCase() };
}
