/** Composes header and body of a test quote, which the attestation key signs. */
export type ReportChanges = {
  readonly form?: 'v4' | 'v5 TD1.0' | 'v5 TD1.5';
  /** Bytes by offset in the header. */
  readonly header?: readonly (readonly [number, readonly number[]])[];
  /** Bytes by offset in the body (dstack.md §3, less 48). */
  readonly body?: readonly (readonly [number, readonly number[]])[];
};

const QE_VENDOR = '939a7233f79c4ca9940a0db3957f0607';

export const AT_BODY = {
  teeTcbSvn: 0,
  mrSignerSeam: 64,
  seamAttributes: 112,
  tdAttributes: 120,
  xfam: 128,
  mrTd: 136,
  mrOwner: 232,
  teeTcbSvn2: 584,
  mrServiceTd: 600,
} as const;

export function mintReport({
  form = 'v4',
  body = [],
  header: changes = [],
}: ReportChanges): Uint8Array {
  const header = Buffer.alloc(48);
  header.set([form === 'v4' ? 4 : 5, 0, 2, 0, 0x81], 0);
  header.set(Buffer.from(QE_VENDOR, 'hex'), 12);
  for (const [at, bytes] of changes) header.set(bytes, at);
  const size = form === 'v5 TD1.5' ? 648 : 584;
  const report = Buffer.alloc(size);
  report.set([11, 1, 4], AT_BODY.teeTcbSvn);
  if (form === 'v5 TD1.5') report.set([11, 1, 4], AT_BODY.teeTcbSvn2);
  report.set([0, 0, 0, 0x10], AT_BODY.tdAttributes);
  report.set([0xe7, 0x02, 0x06], AT_BODY.xfam);
  for (const [at, bytes] of body) report.set(bytes, at);
  const descriptor = [size === 648 ? 3 : 2, 0, size & 0xff, size >> 8, 0, 0];
  return Buffer.concat([header, Uint8Array.from(form === 'v4' ? [] : descriptor), report]);
}
