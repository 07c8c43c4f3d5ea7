/** The simulated platform, and its encoding in a certificate and in Intel's lists. */
import { boolean, enumerated, integer, octets, oid, sequence } from './der.js';

export type PlatformFacts = {
  /** 6 bytes. */
  readonly fmspc: Uint8Array;
  /** 2 bytes. */
  readonly pceId: Uint8Array;
  /** 16 bytes. */
  readonly ppid: Uint8Array;
  readonly cpuSvn: Uint8Array;
  /** Sixteen SVNs. */
  readonly sgxComponents: readonly number[];
  readonly pceSvn: number;
  /** Sixteen SVNs. The first two are those of the TDX module and of its major version. */
  readonly teeTcbSvn: readonly number[];
  readonly flags: Readonly<Record<'dynamicPlatform' | 'cachedKeys' | 'smtEnabled', boolean>>;
};

const fromHex = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'hex'));

export const PLATFORM: PlatformFacts = {
  fmspc: fromHex('5ea100000001'),
  pceId: fromHex('0000'),
  ppid: fromHex('5ea1'.repeat(8)),
  cpuSvn: fromHex('07070202040100050000000000000000'),
  sgxComponents: [7, 7, 2, 2, 4, 1, 0, 5, 0, 0, 0, 0, 0, 0, 0, 0],
  pceSvn: 13,
  teeTcbSvn: [6, 1, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
  flags: { dynamicPlatform: true, cachedKeys: true, smtEnabled: true },
};

const SGX = '1.2.840.113741.1.13.1';

/** Encodes the value of the SGX extension, with or without the components besides the CPU SVN. */
export function encodeSgxExtension(
  facts: PlatformFacts,
  { byCpuSvnAlone = false }: { readonly byCpuSvnAlone?: boolean } = {},
): Uint8Array {
  const member = (id: string, value: Uint8Array): Uint8Array =>
    sequence(oid(`${SGX}.${id}`), value);
  const { flags } = facts;
  const components = byCpuSvnAlone ? [] : facts.sgxComponents;
  return sequence(
    member('1', octets(facts.ppid)),
    member(
      '2',
      sequence(
        ...components.map((svn, at) => member(`2.${at + 1}`, integer(svn))),
        member('2.17', integer(facts.pceSvn)),
        member('2.18', octets(facts.cpuSvn)),
      ),
    ),
    member('3', octets(facts.pceId)),
    member('4', octets(facts.fmspc)),
    member('5', enumerated(1)),
    member('6', octets(new Uint8Array(16).fill(0x5e))),
    member(
      '7',
      sequence(
        member('7.1', boolean(flags.dynamicPlatform)),
        member('7.2', boolean(flags.cachedKeys)),
        member('7.3', boolean(flags.smtEnabled)),
      ),
    ),
  );
}

const upperHex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex').toUpperCase();
const svns = (values: readonly number[]) => values.map((svn) => ({ svn }));
const none = '0'.repeat(96);

export type SignedWindow = { readonly issueDate: string; readonly nextUpdate: string };

/**
 * Returns Intel's information about the platform family: up to date as it is, and one older level.
 */
export function tcbInfoOf(facts: PlatformFacts, window: SignedWindow) {
  const level = (sgx: readonly number[], tdx: readonly number[], pcesvn: number) => ({
    sgxtcbcomponents: svns(sgx),
    pcesvn,
    tdxtcbcomponents: svns(tdx),
  });
  const module = { mrsigner: none, attributes: '0'.repeat(16), attributesMask: 'F'.repeat(16) };
  const [moduleSvn = 0] = facts.teeTcbSvn;
  return {
    id: 'TDX',
    version: 3,
    ...window,
    fmspc: upperHex(facts.fmspc),
    pceId: upperHex(facts.pceId),
    tcbType: 0,
    tcbEvaluationDataNumber: 20,
    tdxModule: module,
    tdxModuleIdentities: [
      {
        id: 'TDX_01',
        ...module,
        tcbLevels: [
          { tcb: { isvsvn: moduleSvn }, tcbDate: '2026-02-11T00:00:00Z', tcbStatus: 'UpToDate' },
          { tcb: { isvsvn: 2 }, tcbDate: '2024-03-13T00:00:00Z', tcbStatus: 'OutOfDate' },
        ],
      },
    ],
    tcbLevels: [
      {
        tcb: level(facts.sgxComponents, facts.teeTcbSvn, facts.pceSvn),
        tcbDate: '2026-02-11T00:00:00Z',
        tcbStatus: 'UpToDate',
      },
      {
        tcb: level(
          facts.sgxComponents.map((svn) => Math.max(0, svn - 1)),
          facts.teeTcbSvn.map((svn) => Math.max(0, svn - 1)),
          5,
        ),
        tcbDate: '2024-03-13T00:00:00Z',
        tcbStatus: 'OutOfDate',
        advisoryIDs: ['INTEL-SA-00837', 'INTEL-SA-00960'],
      },
    ],
  };
}
export type TcbInfoText = ReturnType<typeof tcbInfoOf>;

export const QE = {
  mrSigner: fromHex('5ea1'.repeat(16)),
  attributes: fromHex('11000000000000000000000000000000'),
  isvProdId: 2,
  isvSvn: 4,
};

/** Returns the required identity of the quoting enclave. */
export function qeIdentityOf(window: SignedWindow) {
  return {
    id: 'TD_QE',
    version: 2,
    ...window,
    tcbEvaluationDataNumber: 20,
    miscselect: '00000000',
    miscselectMask: 'FFFFFFFF',
    attributes: upperHex(QE.attributes),
    attributesMask: 'FBFFFFFFFFFFFFFF0000000000000000',
    mrsigner: upperHex(QE.mrSigner),
    isvprodid: QE.isvProdId,
    tcbLevels: [
      { tcb: { isvsvn: QE.isvSvn }, tcbDate: '2026-02-11T00:00:00Z', tcbStatus: 'UpToDate' },
      { tcb: { isvsvn: 2 }, tcbDate: '2024-03-13T00:00:00Z', tcbStatus: 'OutOfDate' },
    ],
  };
}
export type QeIdentityText = ReturnType<typeof qeIdentityOf>;
