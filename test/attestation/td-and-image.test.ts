/**
 * Tests attributes of the virtual machine and measurements of its image, besides those of genuine
 * machines.
 */
import { test } from '../test.js';
import type { CheckStatus } from '../../attestation/check.js';
import { parseQuote, type TdReport } from '../../attestation/evidence/tdx-quote.js';
import type { VerifiedQuote } from '../../attestation/evidence/verify-quote.js';
import { parseKnownImages } from '../../attestation/image/known-images.js';
import { judgeImage } from '../../attestation/image/measurements.js';
import { judgeTdAttributes } from '../../attestation/platform/td-attributes.js';
import { MACHINES, knownImages, policyWith, statusesOf } from './genuine-machines.js';

const quote = parseQuote(MACHINES['near-mpc-2026-08'].quote);
const { report } = quote;
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const fromHex = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'hex'));
const set = (size: number): Uint8Array => new Uint8Array(size).fill(1, size - 1);

const ATTRIBUTES: readonly (readonly [string, Partial<TdReport>, CheckStatus])[] = [
  ['as every genuine machine', {}, 'pass'],
  ['the debug bit', { tdAttributes: fromHex('0100001000000000') }, 'fail'],
  ['another bit of the debug byte', { tdAttributes: fromHex('8000001000000000') }, 'fail'],
  ['SEPT_VE_DISABLE clear', { tdAttributes: fromHex('0000000000000000') }, 'fail'],
  ['migration', { tdAttributes: fromHex('0000003000000000') }, 'fail'],
  ['a reserved bit', { tdAttributes: fromHex('0001001000000000') }, 'fail'],
  ['performance counters', { tdAttributes: fromHex('0000001000000080') }, 'fail'],
  ['fewer extended features', { xfam: fromHex('e700000000000000') }, 'pass'],
  ['another extended feature', { xfam: fromHex('e702070000000000') }, 'fail'],
  ['an owner', { mrOwner: set(48) }, 'fail'],
  ["an owner's configuration", { mrOwnerConfig: set(48) }, 'fail'],
  ['no service machine', { mrServiceTd: new Uint8Array(48) }, 'pass'],
  ['a service machine', { mrServiceTd: set(48) }, 'fail'],
];
for (const [what, changes, status] of ATTRIBUTES) {
  test(`a machine with ${what}: ${status}`, (t) => {
    t.is(judgeTdAttributes({ ...report, ...changes }).status, status);
  });
}

const near = {
  name: 'near',
  mrtd: hex(report.mrTd),
  rtmr0: hex(report.rtmrs[0]),
  rtmr1: hex(report.rtmrs[1]),
  rtmr2: hex(report.rtmrs[2]),
};
const other = parseQuote(MACHINES['dstack-quote-report'].quote).report;
const report2 = {
  name: 'report',
  mrtd: hex(other.mrTd),
  rtmr0: hex(other.rtmrs[0]),
  rtmr1: hex(other.rtmrs[1]),
  rtmr2: hex(other.rtmrs[2]),
};
const osImages = ['7d47512fda31dc5a7318f72ae1869a3c76323981eea21fc30cafd0f79668642c'];
type Image = Parameters<typeof policyWith>[0] & object;
const imageVerdict = (image: Image['image'] & object, known = knownImages) =>
  statusesOf(judgeImage(quote as VerifiedQuote, policyWith({ image }), known));

test('a pinned tuple passes as a whole among others', (t) => {
  t.like(imageVerdict({ measurements: [report2, near] }), {
    'measurement.mrtd': 'pass',
    'measurement.rtmr0': 'pass',
    'measurement.rtmr1': 'pass',
    'measurement.rtmr2': 'pass',
  });
});

for (const register of ['mrtd', 'rtmr0', 'rtmr1', 'rtmr2'] as const) {
  test(`a different ${register} fails only at its own check`, (t) => {
    const changed = { ...near, [register]: report2[register] };
    const verdicts = imageVerdict({ measurements: [changed] });
    const failed = Object.keys(verdicts).filter(
      (id) => verdicts[id] === 'fail' && id !== 'measurement.os-image',
    );
    t.deepEqual(failed, [`measurement.${register}`]);
  });
}

test('registers of two tuples cannot be combined', (t) => {
  const half = { ...near, rtmr1: report2.rtmr1, rtmr2: report2.rtmr2 };
  const otherHalf = { ...near, mrtd: report2.mrtd, rtmr0: report2.rtmr0 };
  const verdicts = Object.values(imageVerdict({ measurements: [half, otherHalf] }));
  t.true(verdicts.includes('fail'));
});

test('a policy that pins no image accepts none', (t) => {
  t.deepEqual(new Set(Object.values(imageVerdict({}))), new Set(['fail']));
});

test('without a verified quote no measurement is checked', (t) => {
  const checks = judgeImage(undefined, policyWith(), knownImages);
  t.is(checks.length, 5);
  t.true(checks.every(({ status }) => status === 'skip'));
});

test('a development image fails unless the policy allows it, and the result contains its hash', (t) => {
  const id = 'measurement.os-image';
  t.is(imageVerdict({ osImages })[id], 'fail');
  t.is(imageVerdict({ osImages, allowDevelopmentImages: true })[id], 'pass');
  t.is(imageVerdict({ osImages: [], allowDevelopmentImages: true })[id], 'fail');
});

test('an image outside the table fails, and a production image of the policy passes', (t) => {
  const id = 'measurement.os-image';
  const allowed = { osImages, allowDevelopmentImages: true };
  t.is(imageVerdict(allowed, [])[id], 'fail');
  const production = knownImages.map((image) => ({ ...image, development: false }));
  t.is(imageVerdict({ osImages }, production)[id], 'pass');
  const nameless = production.map((image) => ({ ...image, osImageHash: null }));
  t.is(imageVerdict({ osImages }, nameless)[id], 'fail');
});

test('the shipped table contains the registers of the genuine development images', (t) => {
  for (const name of ['near-mpc-2026-08', 'near-mpc-2026-01'] as const) {
    const rtmr2 = hex(parseQuote(MACHINES[name].quote).report.rtmrs[2]);
    t.true(knownImages.find((image) => image.rtmr2 === rtmr2)?.development);
  }
});

test('a malformed table, or one with a duplicate register, is our own error', (t) => {
  const [image] = knownImages;
  const tables: unknown[] = [
    {},
    { version: 2, images: [] },
    { version: 1, images: [image, image] },
  ];
  for (const table of tables) {
    t.throws(() => parseKnownImages(JSON.stringify(table)), { instanceOf: TypeError });
  }
});
