/**
 * The list of memory ranges (TD HOB) that the host passes to the firmware, which measures it as the
 * first event of register 0. The host has to choose it as the image's witness and the size of the
 * memory dictate.
 *
 * The witness is a sequence of unsigned LEB128 numbers in pages of 4 KiB: a base, the offset of the
 * list itself, the number of ranges, and the offset and length of each range that the firmware
 * accepts before it starts. Everything else is memory that is not accepted yet.
 *
 * | part of the list    | bytes | contents                                                          |
 * | ------------------- | ----- | ----------------------------------------------------------------- |
 * | header              | 56    | type 1, length, version 9, zeros, address of the end of the list   |
 * | for each range      | 48    | type 3, length, zeros, kind, attributes 7, start, length of it      |
 *
 * The layout is that of the UEFI Platform Initialization Specification (volume 3, HOB).
 */
import { sha384 } from '../bytes.js';
import { EvidenceError, expect } from '../check.js';

const CHECK = 'measurement.rtmr0';
const PAGE = 4_096;
const MAX_RANGES = 64;
/** From this size on, QEMU's q35 machine has 2 GiB below 4 GiB and the rest above. */
const SPLIT_FROM = 0xb000_0000;
const LOW_END = 0x8000_0000;
const HIGH_START = 0x1_0000_0000;
/** 16 TiB, far more than a machine has. */
const MAX_MEMORY = 2 ** 44;

const ACCEPTED = 0;
const NOT_ACCEPTED = 7;

type Range = {
  readonly kind: typeof ACCEPTED | typeof NOT_ACCEPTED;
  readonly start: number;
  readonly end: number;
};

/** Reads the numbers of a witness. Throws an EvidenceError of `measurement.rtmr0`. */
function readNumbers(witness: Uint8Array): readonly number[] {
  const numbers: number[] = [];
  let [value, weight] = [0, 1];
  for (const byte of witness) {
    value += (byte & 0x7f) * weight;
    expect(value < MAX_MEMORY, CHECK, 'a number of the witness is too large');
    weight *= 128;
    if (byte >= 0x80) continue;
    numbers.push(value);
    [value, weight] = [0, 1];
  }
  expect(weight === 1, CHECK, 'the witness is cut off');
  return numbers;
}

type Layout = { readonly address: number; readonly accepted: readonly Range[] };

function readLayout(witness: Uint8Array): Layout {
  const [base = 0, offset = 0, count, ...rest] = readNumbers(witness);
  expect(
    count !== undefined && count <= MAX_RANGES && rest.length === 2 * count,
    CHECK,
    'the witness has another length',
  );
  const accepted = Array.from({ length: count }, (_, index): Range => {
    const start = (base + (rest[2 * index] ?? 0)) * PAGE;
    return { kind: ACCEPTED, start, end: start + (rest[2 * index + 1] ?? 0) * PAGE };
  });
  return { address: (base + offset) * PAGE, accepted };
}

/** Returns all ranges in order. The last one is memory that is not accepted yet. */
function rangesOf(accepted: readonly Range[], memoryBytes: number): readonly Range[] {
  let from = 0;
  const ranges = accepted.flatMap((range): readonly Range[] => {
    expect(range.start >= from && range.end > range.start, CHECK, 'ranges of the witness overlap');
    const gap: Range = { kind: NOT_ACCEPTED, start: from, end: range.start };
    from = range.end;
    return gap.end > gap.start ? [gap, range] : [range];
  });
  expect(from < memoryBytes && from < LOW_END, CHECK, 'the memory is smaller than the firmware');
  if (memoryBytes < SPLIT_FROM) {
    return [...ranges, { kind: NOT_ACCEPTED, start: from, end: memoryBytes }];
  }
  const above = HIGH_START + memoryBytes - LOW_END;
  return [
    ...ranges,
    { kind: NOT_ACCEPTED, start: from, end: LOW_END },
    { kind: NOT_ACCEPTED, start: HIGH_START, end: above },
  ];
}

function encodeRange({ kind, start, end }: Range): Uint8Array {
  const bytes = Buffer.alloc(48);
  bytes.writeUInt16LE(3, 0);
  bytes.writeUInt16LE(48, 2);
  bytes.writeUInt32LE(kind, 24);
  bytes.writeUInt32LE(7, 28);
  bytes.writeBigUInt64LE(BigInt(start), 32);
  bytes.writeBigUInt64LE(BigInt(end - start), 40);
  return bytes;
}

/**
 * Returns the SHA-384 of the list for a machine with this much memory. Throws an EvidenceError of
 * `measurement.rtmr0`.
 */
export function measureTdHob(witness: Uint8Array, memoryBytes: number): Uint8Array {
  if (memoryBytes > MAX_MEMORY) throw new EvidenceError(CHECK, 'the memory is too large');
  const { address, accepted } = readLayout(witness);
  const ranges = rangesOf(accepted, memoryBytes).map(encodeRange);
  const header = Buffer.alloc(56);
  header.writeUInt16LE(1, 0);
  header.writeUInt16LE(56, 2);
  header.writeUInt32LE(9, 8);
  const end = address + 56 + 48 * ranges.length + 8;
  header.writeBigUInt64LE(BigInt(end), 48);
  return sha384(header, ...ranges);
}
