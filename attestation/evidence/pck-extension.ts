/**
 * Reads what a PCK certificate states about its platform: the SGX extension (Intel, "SGX PCK
 * Certificate and CRL Specification").
 *
 * | member (under 1.2.840.113741.1.13.1) | type              | meaning                                                     |
 * | ------------------------------------ | ----------------- | ----------------------------------------------------------- |
 * | .1                                   | OCTET STRING (16) | PPID: permanent id of the platform                          |
 * | .2.1 to .2.16                        | INTEGER 0 to 255  | SVN of each SGX TCB component                               |
 * | .2.17                                | INTEGER           | PCE SVN                                                     |
 * | .2.18                                | OCTET STRING (16) | CPU SVN                                                     |
 * | .3                                   | OCTET STRING (2)  | PCE id                                                      |
 * | .4                                   | OCTET STRING (6)  | FMSPC: family of the platform                               |
 * | .5                                   | ENUMERATED        | SGX type: 0 standard, 1 scalable, 2 scalable with integrity |
 * | .6                                   | OCTET STRING (16) | instance id (platform CA only)                              |
 * | .7.1 to .7.3                         | BOOLEAN           | dynamic platform, cached keys, SMT                          |
 */
import type { X509Certificate } from 'node:crypto';
import { EvidenceError, expect } from '../check.js';
import { readCertificateFields } from './certificate-fields.js';
import {
  DER,
  DerReader,
  decodeBoolean,
  decodeOid,
  decodeUnsigned,
  enterDer,
  type DerValue,
} from './der.js';

/** The object identifier of the extension. */
export const SGX_EXTENSION = '1.2.840.113741.1.13.1';

/** The platform that a PCK certificate describes. */
export type PckPlatform = {
  readonly ppid: Uint8Array;
  readonly cpuSvn: Uint8Array;
  readonly pceSvn: number;
  /** Sixteen SVNs from 0 to 255. */
  readonly components: readonly number[];
  readonly pceId: Uint8Array;
  readonly fmspc: Uint8Array;
  readonly sgxType: number;
  /** Set only if the certificate contains the flag. */
  readonly flags: {
    readonly dynamicPlatform?: boolean;
    readonly cachedKeys?: boolean;
    readonly smtEnabled?: boolean;
  };
};

const CHECK = 'collateral.match';
const KNOWN = new Set([1, 2, 3, 4, 5, 6, 7].map((member) => `${SGX_EXTENSION}.${member}`));

/** Reads pairs of identifier and value. Each identifier may occur only once. */
function readMembers(reader: DerReader): ReadonlyMap<string, DerValue> {
  const members = new Map<string, DerValue>();
  while (!reader.done) {
    const pair = reader.enter(DER.sequence);
    const id = decodeOid(pair.read(DER.oid).content, CHECK);
    expect(!members.has(id), CHECK, 'the PCK certificate repeats a member');
    members.set(id, readAny(pair));
    pair.end();
  }
  return members;
}

const MEMBER_TAGS = [DER.octetString, DER.sequence, DER.integer, DER.enumerated, DER.boolean];

function readAny(reader: DerReader): DerValue {
  for (const tag of MEMBER_TAGS) {
    const value = reader.readOptional(tag);
    if (value !== undefined) return value;
  }
  throw new EvidenceError(CHECK, 'the PCK certificate has a member of an unknown type');
}

function contentOf(members: ReadonlyMap<string, DerValue>, id: string, tag: number): Uint8Array {
  const value = members.get(`${SGX_EXTENSION}.${id}`);
  expect(value?.tag === tag, CHECK, 'the PCK certificate lacks a member');
  return value.content;
}

function octets(members: ReadonlyMap<string, DerValue>, id: string, length: number): Uint8Array {
  const content = contentOf(members, id, DER.octetString);
  expect(content.length === length, CHECK, 'a member of the PCK certificate has another size');
  return Uint8Array.from(content);
}

function svn(members: ReadonlyMap<string, DerValue>, id: string, most: number): number {
  const value = decodeUnsigned(contentOf(members, id, DER.integer), CHECK);
  expect(value <= BigInt(most), CHECK, 'an SVN of the PCK certificate is out of range');
  return Number(value);
}

type FlagName = keyof PckPlatform['flags'];
const FLAGS: readonly (readonly [FlagName, string])[] = [
  ['dynamicPlatform', '7.1'],
  ['cachedKeys', '7.2'],
  ['smtEnabled', '7.3'],
];

function readFlags(members: ReadonlyMap<string, DerValue>): PckPlatform['flags'] {
  if (!members.has(`${SGX_EXTENSION}.7`)) return {};
  const list = readMembers(new DerReader(contentOf(members, '7', DER.sequence), CHECK));
  const known = FLAGS.filter(([, id]) => list.has(`${SGX_EXTENSION}.${id}`));
  expect(known.length === list.size, CHECK, 'the PCK certificate has an unknown flag');
  const pairs = known.map(([name, id]) => [
    name,
    decodeBoolean(contentOf(list, id, DER.boolean), CHECK),
  ]);
  return Object.fromEntries(pairs) as PckPlatform['flags'];
}

/**
 * Returns the SVNs of the 16 components. Where a test root's certificates may omit them
 * (`byCpuSvnAlone`), the bytes of the CPU SVN count, as in other verifiers.
 */
function readComponents(
  tcb: ReadonlyMap<string, DerValue>,
  byCpuSvnAlone: boolean,
): readonly number[] {
  if (byCpuSvnAlone && tcb.size === 2) return [...octets(tcb, '2.18', 16)];
  expect(tcb.size === 18, CHECK, 'the PCK certificate has another number of TCB members');
  return Array.from({ length: 16 }, (_, at) => svn(tcb, `2.${at + 1}`, 255));
}

/**
 * Reads the SGX extension of a PCK certificate. `byCpuSvnAlone` accepts a certificate of a test
 * root without members for the components. Throws an EvidenceError of `collateral.match`.
 */
export function readPckExtension(pck: X509Certificate, byCpuSvnAlone = false): PckPlatform {
  const extension = readCertificateFields(pck, CHECK).extensions.get(SGX_EXTENSION);
  expect(extension !== undefined, CHECK, 'the certificate is not a PCK certificate');
  const members = readMembers(enterDer(extension.value, DER.sequence, CHECK));
  const known = [...members.keys()].every((id) => KNOWN.has(id));
  expect(known, CHECK, 'the PCK certificate has an unknown member');
  const tcb = readMembers(new DerReader(contentOf(members, '2', DER.sequence), CHECK));
  const sgxType = decodeUnsigned(contentOf(members, '5', DER.enumerated), CHECK);
  expect(sgxType <= 2n, CHECK, 'the PCK certificate has an unknown SGX type');
  return {
    ppid: octets(members, '1', 16),
    components: readComponents(tcb, byCpuSvnAlone),
    pceSvn: svn(tcb, '2.17', 65_535),
    cpuSvn: octets(tcb, '2.18', 16),
    pceId: octets(members, '3', 2),
    fmspc: octets(members, '4', 6),
    sgxType: Number(sgxType),
    flags: readFlags(members),
  };
}
