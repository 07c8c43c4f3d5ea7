/**
 * Tests the registers that are recomputed from the witness of an image, against genuine machines
 * (dstack 0.6.0 on QEMU 8.2.2 with 2 GiB, and older ones with 16 and 64 GiB) and dstack's own
 * vectors.
 */
import { readFileSync } from 'node:fs';
import { encode } from '@ipld/dag-cbor';
import { test } from '../test.js';
import { sha256Hex } from '../../attestation/bytes.js';
import type { CheckResult } from '../../attestation/check.js';
import {
  parseEventLog,
  replayBootRegister,
  type BootFacts,
} from '../../attestation/evidence/event-log.js';
import { parseQuote } from '../../attestation/evidence/tdx-quote.js';
import type { VerifiedQuote } from '../../attestation/evidence/verify-quote.js';
import { parseMeasurement } from '../../attestation/image/image-witness.js';
import { judgeImage, type ImageClaims } from '../../attestation/image/measurements.js';
import { pinImage } from '../../attestation/image/pin-image.js';
import {
  findAcpiDigests,
  recomputeRegisters,
} from '../../attestation/image/recomputed-registers.js';
import { measureTdHob } from '../../attestation/image/td-hob.js';
import { readBareBundle } from '../../scripts/samples/bare-bundles.js';
import { knownImages, MACHINES, policyWith, statusesOf } from './genuine-machines.js';

const file = new URL('../../../test/vectors/attestation/dstack-0.6.0-image.json', import.meta.url);
const GENUINE = JSON.parse(readFileSync(file, 'utf8')) as {
  readonly registers: Readonly<Record<'mrtd' | 'rtmr0' | 'rtmr1' | 'rtmr2', string>>;
  readonly vm_config: string;
  readonly event_log: string;
};
const { registers } = GENUINE;
const CLAIMS = { vmConfig: GENUINE.vm_config, eventLog: GENUINE.event_log };
const HASH = 'e6f5cfec20c02e7b97baa213d0f718020b55e040172d90ccbcb946d56c8b09db';
const [loader = '', rsdp = '', tables = ''] = parseEventLog(GENUINE.event_log)
  .filter(({ event }) => event.startsWith('acpi-'))
  .map(({ digest }) => digest);
const SHAPE = { name: '2 CPUs, 2 GiB, QEMU 8.2.2', loader, rsdp, tables };
const IMAGE = { osImages: [HASH], acpiTables: [SHAPE], allowDevelopmentImages: true };

const bytesOf = (hex: string): Uint8Array => new Uint8Array(Buffer.from(hex, 'hex'));
const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

/** A quote of another machine with the registers of this one, or with changed ones. */
function quoteWith(changes: Partial<typeof registers> = {}): VerifiedQuote {
  const other = parseQuote(MACHINES['near-mpc-2026-08'].quote);
  const { mrtd, rtmr0, rtmr1, rtmr2 } = { ...registers, ...changes };
  const [, , , rtmr3] = other.report.rtmrs;
  const rtmrs = [bytesOf(rtmr0), bytesOf(rtmr1), bytesOf(rtmr2), rtmr3] as const;
  return { ...other, report: { ...other.report, mrTd: bytesOf(mrtd), rtmrs } } as VerifiedQuote;
}

const judged = (
  claims: ImageClaims,
  image: NonNullable<Parameters<typeof policyWith>[0]>['image'] = IMAGE,
  quote = quoteWith(),
): readonly CheckResult[] => judgeImage(quote, policyWith({ image }), knownImages, claims);

const failed = (...args: Parameters<typeof judged>): readonly string[] =>
  judged(...args).flatMap(({ id, status }) =>
    status === 'pass' ? [] : [id.replace('measurement.', '')],
  );

/** Changes the configuration of the genuine machine. */
const configured = (change: (config: Record<string, unknown>) => object): ImageClaims => ({
  ...CLAIMS,
  vmConfig: JSON.stringify(change(JSON.parse(GENUINE.vm_config) as Record<string, unknown>)),
});

/** The genuine machine with other material, and the hash that this material claims. */
const witnessed = (measurement: Uint8Array, line?: string): ImageClaims => {
  const checksums = line ?? `${sha256Hex(measurement)}  measurement.tdx.cbor\n`;
  return configured((config) => ({
    ...config,
    os_image_hash: sha256Hex(checksums),
    tdx_measurement: {
      checksum_file: Buffer.from(checksums).toString('base64'),
      measurement: Buffer.from(measurement).toString('base64'),
    },
  }));
};
const hashOf = ({ vmConfig = '' }: ImageClaims): string =>
  (JSON.parse(vmConfig) as { readonly os_image_hash: string }).os_image_hash;

const material = (): Uint8Array => {
  const { tdx_measurement: witness } = JSON.parse(GENUINE.vm_config) as {
    readonly tdx_measurement: { readonly measurement: string };
  };
  return new Uint8Array(Buffer.from(witness.measurement, 'base64'));
};

test('the registers of a genuine machine follow from the hash of its image', (t) => {
  const log = parseEventLog(GENUINE.event_log);
  for (const imr of [0, 1, 2] as const) t.is(replayBootRegister(log, imr), registers[`rtmr${imr}`]);
  t.deepEqual(failed(CLAIMS), []);
  const results = judged(CLAIMS);
  t.deepEqual(results.map(({ id }) => id).length, 5);
  for (const { id, measured = '', expected = '' } of results.slice(0, 4)) {
    const register = id.replace('measurement.', '') as keyof typeof registers;
    t.true(measured.startsWith(registers[register]) && expected.includes(registers[register]), id);
  }
});

test('each register that is another one fails at its own check, and at the image if it is of the image', (t) => {
  const zero = '00'.repeat(48);
  t.deepEqual(failed(CLAIMS, IMAGE, quoteWith({ mrtd: zero })), ['mrtd', 'os-image']);
  t.deepEqual(failed(CLAIMS, IMAGE, quoteWith({ rtmr0: zero })), ['rtmr0']);
  t.deepEqual(failed(CLAIMS, IMAGE, quoteWith({ rtmr1: zero })), ['rtmr1', 'os-image']);
  t.deepEqual(failed(CLAIMS, IMAGE, quoteWith({ rtmr2: zero })), ['rtmr2', 'os-image']);
});

test('MRTD may be that of either order in which QEMU adds pages', (t) => {
  const { mrtd } = parseMeasurement(material()).tdvf;
  t.is(hexOf(mrtd.two_pass), registers.mrtd);
  const single = hexOf(mrtd.single_pass);
  t.not(single, registers.mrtd);
  t.deepEqual(failed(CLAIMS, IMAGE, quoteWith({ mrtd: single })), []);
});

test('a false size of the memory fails at register 0', (t) => {
  for (const memory_size of [2 ** 30, 2 ** 31 + 4_096, 4 * 2 ** 30, 1]) {
    t.deepEqual(failed(configured((config) => ({ ...config, memory_size }))), ['rtmr0']);
  }
});

test('ACPI tables are those of the host, so register 0 passes only if the policy accepts them', (t) => {
  t.deepEqual(failed(CLAIMS, { ...IMAGE, acpiTables: [] }), ['rtmr0']);
  for (const member of ['loader', 'rsdp', 'tables'] as const) {
    const acpiTables = [{ ...SHAPE, [member]: '00'.repeat(48) }];
    t.deepEqual(failed(CLAIMS, { ...IMAGE, acpiTables }), ['rtmr0'], member);
  }
  t.deepEqual(failed({ ...CLAIMS, eventLog: '[]' }), ['rtmr0']);
  t.deepEqual(failed({ vmConfig: CLAIMS.vmConfig }), ['rtmr0']);
  t.deepEqual(failed({ ...CLAIMS, eventLog: 'x' }), ['rtmr0']);
  const rows = JSON.parse(GENUINE.event_log) as readonly object[];
  const twice = JSON.stringify([...rows, ...rows.slice(8, 9)]);
  t.deepEqual(failed({ ...CLAIMS, eventLog: twice }), ['rtmr0']);
});

test('registers that the policy pins as a whole need no recomputation', (t) => {
  const measurements = [{ name: 'pinned', ...registers }];
  t.deepEqual(failed(CLAIMS, { ...IMAGE, acpiTables: [], measurements }), []);
  const half = [{ name: 'pinned in part', ...registers, rtmr1: registers.rtmr2 }];
  t.deepEqual(failed(CLAIMS, { ...IMAGE, acpiTables: [], measurements: half }), ['rtmr0']);
});

test('an image that the policy does not list is judged by pinned registers alone', (t) => {
  const all = ['mrtd', 'rtmr0', 'rtmr1', 'rtmr2', 'os-image'];
  t.deepEqual(failed(CLAIMS, { ...IMAGE, osImages: [] }), all);
  const measurements = [{ name: 'pinned', ...registers }];
  t.deepEqual(failed(CLAIMS, { ...IMAGE, osImages: [], measurements }), ['os-image']);
});

test('a development image fails although its registers are recomputed', (t) => {
  t.deepEqual(failed(CLAIMS, { ...IMAGE, allowDevelopmentImages: false }), ['os-image']);
});

test('material that does not belong to the claimed image is refused', (t) => {
  const other = material();
  other[other.length - 1] = 0x11;
  // The file of checksums still names the genuine measurements.
  const checksums = sha256Hex(material());
  const swapped = witnessed(other, `${checksums}  measurement.tdx.cbor\n`);
  const cases: readonly (readonly [string, ImageClaims])[] = [
    ['other measurements than the file names', swapped],
    ['a file that does not name them', witnessed(material(), `${checksums}  rootfs\n`)],
    [
      'a file that names them twice',
      witnessed(material(), `${checksums}  measurement.tdx.cbor\n`.repeat(2)),
    ],
    ['measurements that are no CBOR', witnessed(bytesOf('ff'))],
    ['measurements of another version', witnessed(encode({ version: 5 }))],
    ['an unknown member', witnessed(encode({ ...parseMeasurement(material()), other: 1 }))],
    [
      'another claimed hash',
      configured((config) => ({ ...config, os_image_hash: '00'.repeat(32) })),
    ],
    ['material of another form', configured((config) => ({ ...config, tdx_measurement: 'x' }))],
    ['no size of the memory', configured(({ memory_size: _size, ...config }) => config)],
    ['no strict JSON', { ...CLAIMS, vmConfig: `${CLAIMS.vmConfig ?? ''}x` }],
  ];
  for (const [what, claims] of cases) {
    const osImages = [HASH, ...(what.startsWith('no') ? [] : [hashOf(claims)])];
    t.true(failed(claims, { ...IMAGE, osImages }).includes('os-image'), what);
  }
});

test('material of a listed image on a machine that runs another one fails', (t) => {
  const { version, image, tdvf } = parseMeasurement(material());
  const kernel_authenticode = new Uint8Array(48).fill(7);
  const claims = witnessed(encode({ version, tdvf, image: { ...image, kernel_authenticode } }));
  const osImages = [hashOf(claims)];
  t.deepEqual(failed(claims, { ...IMAGE, osImages }), ['rtmr1', 'os-image']);
});

test('firmware whose events are not known leaves register 0 without a value', (t) => {
  const { version, image, tdvf } = parseMeasurement(material());
  const claims = witnessed(encode({ version, image, tdvf: { ...tdvf, ovmf: 'later' } }));
  t.deepEqual(failed(claims, { ...IMAGE, osImages: [hashOf(claims)] }), ['rtmr0']);
});

test('without material a machine is judged by its pinned registers', (t) => {
  const none = configured((config) => ({ ...config, tdx_measurement: null }));
  const measurements = [{ name: 'pinned', ...registers }];
  for (const claims of [none, {}, { vmConfig: '{}' }]) {
    const verdicts = statusesOf(judged(claims, { ...IMAGE, measurements }));
    t.is(verdicts['measurement.rtmr0'], 'pass');
  }
});

/** Version 4 has the command line itself: dstack's golden vectors of `dstack-mr/src/tdx.rs`. */
const text = (value: string): string => Buffer.from(value).toString('hex');
const VERSION_4 = [
  `a3${text('gversion')}04${text('eimage')}a4${text('gcmdline')}788c`,
  text(`console=ttyS0 init=/init panic=1 dstack.rootfs_hash=${'1'.repeat(64)}`),
  text(' dstack.rootfs_size=4096'),
  `${text('skernel_authenticode')}5830${'22'.repeat(48)}`,
  `7818${text('kernel_header_normalized')}f5`,
  `${text('minitrd_sha384')}5830${'33'.repeat(48)}`,
  `${text('dtdvf')}a3${text('dovmf')}${text('ipre202505')}${text('dmrtd')}a2`,
  `${text('ksingle_pass')}5830${'44'.repeat(48)}${text('htwo_pass')}5830${'55'.repeat(48)}`,
  `${text('ftd_hob')}50${'66'.repeat(16)}`,
].join('');

test('the measurements of version 4 give the register that dstack publishes for them', (t) => {
  const measurement = parseMeasurement(bytesOf(VERSION_4));
  const recomputed = recomputeRegisters(
    { measurement, memoryBytes: 2 ** 31, osImageHash: '' },
    { loader, rsdp, tables },
  );
  t.is(
    recomputed.rtmr2,
    '2fb6d31492cd2f073fe8fdaa9dbdff4dfdde92bf07f9a16c2b7123ae7be5090007974d33bfe8807ac56974160f8f2948',
  );
  // Its list of memory ranges is none.
  t.true('problem' in recomputed.rtmr0);
});

test('register 0 of genuine machines with 64 GiB follows from the witness of the same firmware', (t) => {
  const measurement = parseMeasurement(material());
  for (const name of ['near-mpc-2026-08', 'near-mpc-2026-01', 'dstack-quote-report'] as const) {
    const { event_log: log } = JSON.parse(readBareBundle(name)) as { readonly event_log: string };
    const [rtmr0] = parseQuote(MACHINES[name].quote).report.rtmrs;
    const witness = { measurement, memoryBytes: 64 * 2 ** 30, osImageHash: '' };
    const acpi = findAcpiDigests(parseEventLog(log));
    t.deepEqual(recomputeRegisters(witness, acpi).rtmr0, { value: hexOf(rtmr0) }, name);
  }
});

test('the memory ranges of a genuine machine with 16 GiB are those that its firmware measured', (t) => {
  const { event_log: log } = JSON.parse(readBareBundle('dstack-simulator-kms')) as {
    readonly event_log: string;
  };
  const first = parseEventLog(log).find(({ imr }) => imr === 0);
  const { td_hob: witness } = parseMeasurement(material()).tdvf;
  t.is(first?.digest, hexOf(measureTdHob(witness, 16 * 2 ** 30)));
});

test('a list of memory ranges that is cut off, too long, or overlapping is refused', (t) => {
  const { td_hob: witness } = parseMeasurement(material()).tdvf;
  t.is(hexOf(witness), '80100904000609020b021010');
  for (const bad of [
    '',
    '80',
    '8010',
    '801009',
    `${hexOf(witness)}80`,
    '80100905000609020b021010',
    '8010090200060502',
  ]) {
    t.throws(() => measureTdHob(bytesOf(bad), 2 ** 31), { name: 'EvidenceError' }, bad);
  }
  t.throws(() => measureTdHob(bytesOf(`801009c100${'0001'.repeat(65)}`), 2 ** 31));
  t.throws(() => measureTdHob(bytesOf('ffffffffffffffff7f0900'), 2 ** 31));
  t.throws(() => measureTdHob(witness, 2 ** 45));
});

test('a generated policy lists the hash of the image if the registers follow from it, and else pins them', (t) => {
  const { report } = quoteWith();
  const boot = { osImageHash: bytesOf('ab'.repeat(32)) } as BootFacts;
  const log = parseEventLog(GENUINE.event_log);
  const shown = { report, vmConfig: GENUINE.vm_config, log, boot };
  const byHash = pinImage(shown, 'today');
  t.deepEqual([byHash.osImages, byHash.measurements.length], [[HASH], 0]);
  t.deepEqual(failed(CLAIMS, { ...byHash, allowDevelopmentImages: true }), []);
  const others = [
    { ...shown, log: [] },
    { ...shown, vmConfig: undefined },
    { ...shown, vmConfig: 'x"tdx_measurement"' },
    { ...shown, report: quoteWith({ rtmr1: registers.rtmr2 }).report },
  ];
  for (const other of others) {
    const pinned = pinImage(other, 'today');
    t.deepEqual([pinned.osImages, pinned.measurements.length], [['ab'.repeat(32)], 1]);
  }
});
