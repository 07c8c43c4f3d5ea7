/**
 * The event log of the boot: what dstack measured into register 3. Every digest is recomputed from
 * its payload.
 *
 * An agent may leave the digest of a runtime event empty, but a digest that is present must be
 * correct. Register 3 must contain only runtime events, and no other register may contain any.
 * Otherwise, a log with relabeled events could replay.
 */
import { parseStrictJson } from '../application/strict-json.js';
import { extendRegister, sha384 } from '../bytes.js';
import { EvidenceError, expect } from '../check.js';

/** An event of the log. */
export type LogEvent = {
  readonly imr: number;
  readonly eventType: number;
  /** 96 hex digits, or empty for a runtime event. */
  readonly digest: string;
  readonly event: string;
  readonly payload: Uint8Array;
};

const RUNTIME_EVENT = 0x08000001;
const RUNTIME_REGISTER = 3;
const REGISTERS = new Set([0, 1, 2, RUNTIME_REGISTER]);
const LIMITS = { maxBytes: 1024 * 1024, maxDepth: 4 };
const ROW_KEYS = new Set([
  'imr',
  'event_type',
  'digest',
  'event',
  'event_payload',
  'version',
  'preimage',
]);

function parseRow(row: unknown): LogEvent {
  const check = 'log.rtmr3';
  expect(
    typeof row === 'object' && row !== null && !Array.isArray(row),
    check,
    'a row is not an object',
  );
  const fields = new Map(Object.entries(row));
  expect(
    [...fields.keys()].every((key) => ROW_KEYS.has(key)),
    check,
    'a row has an unknown member',
  );
  const [imr, eventType] = [fields.get('imr'), fields.get('event_type')];
  const [digest, event, payload] = [
    fields.get('digest'),
    fields.get('event'),
    fields.get('event_payload'),
  ];
  expect(typeof imr === 'number' && REGISTERS.has(imr), check, 'a row names no register');
  expect(typeof eventType === 'number' && Number.isInteger(eventType), check, 'a row has no type');
  expect(
    typeof digest === 'string' && /^(?:[0-9a-f]{96})?$/.test(digest),
    check,
    'a digest is malformed',
  );
  expect(typeof event === 'string', check, 'a row has no name');
  expect(
    typeof payload === 'string' && /^(?:[0-9a-f]{2})*$/.test(payload),
    check,
    'a payload is malformed',
  );
  return { imr, eventType, digest, event, payload: new Uint8Array(Buffer.from(payload, 'hex')) };
}

/** Parses a log from its JSON text. Throws an EvidenceError of `log.rtmr3`. */
export function parseEventLog(json: string): readonly LogEvent[] {
  let rows: unknown;
  try {
    // Different parsers would read a duplicate member differently.
    rows = parseStrictJson(json, LIMITS);
  } catch (cause) {
    throw new EvidenceError('log.rtmr3', 'the log is not strict JSON of at most 1 MiB', cause);
  }
  expect(Array.isArray(rows), 'log.rtmr3', 'the log is not a list');
  return rows.map(parseRow);
}

/** Form 1: SHA-384 over the type (little-endian), the name and the payload, separated by colons. */
function digestOfForm1({ event, payload }: LogEvent): Uint8Array {
  return sha384(Uint8Array.of(1, 0, 0, 8), Buffer.from(`:${event}:`), payload);
}

/** Form 2: SHA-384 over canonical JSON of the name, the payload in hex and the type. */
function digestOfForm2({ event, payload }: LogEvent): Uint8Array {
  const hex = Buffer.from(payload).toString('hex');
  const json = `{"name":${JSON.stringify(event)},"payload":"${hex}","type":${RUNTIME_EVENT}}`;
  return sha384(Buffer.from(json));
}

/** The form of the digests in a log. */
export type DigestForm = 1 | 2;

const replay = (events: readonly LogEvent[], digestOf: (event: LogEvent) => Uint8Array): string =>
  extendRegister(events.map(digestOf));

/**
 * Returns the runtime events if they replay to the register of the quote. Throws an EvidenceError
 * of `log.rtmr3` for another event in the register, a runtime event outside it, a digest that does
 * not match its payload, or another register value.
 */
export function verifyRuntimeEvents(
  log: readonly LogEvent[],
  rtmr3: Uint8Array,
): { readonly form: DigestForm; readonly events: readonly LogEvent[] } {
  const events = log.filter(({ imr }) => imr === RUNTIME_REGISTER);
  const inPlace = log.every(
    ({ imr, eventType }) => (imr === RUNTIME_REGISTER) === (eventType === RUNTIME_EVENT),
  );
  expect(
    inPlace,
    'log.rtmr3',
    'a runtime event is outside register 3, or another event is inside it',
  );
  const wanted = Buffer.from(rtmr3).toString('hex');
  const forms = [
    [1, digestOfForm1],
    [2, digestOfForm2],
  ] as const;
  for (const [form, digestOf] of forms) {
    if (replay(events, digestOf) !== wanted) continue;
    const right = events.every(
      (event) =>
        event.digest === '' || event.digest === Buffer.from(digestOf(event)).toString('hex'),
    );
    expect(right, 'log.rtmr3', 'a digest does not match its payload');
    return { form, events };
  }
  throw new EvidenceError('log.rtmr3', 'the log does not replay to the register');
}

/**
 * Replays a boot register (0 to 2) from the digests in the log, since nothing else is available.
 * Returns undefined for a log that was stripped of that register's events.
 */
export function replayBootRegister(log: readonly LogEvent[], imr: 0 | 1 | 2): string | undefined {
  const events = log.filter((event) => event.imr === imr);
  if (events.length === 0 || events.some(({ digest }) => digest === '')) return undefined;
  return replay(events, ({ digest }) => new Uint8Array(Buffer.from(digest, 'hex')));
}

/** The boot events in order. After `system-ready`, any container may write events with any name. */
const BOOT_ORDER = [
  'system-preparing',
  'app-id',
  'compose-hash',
  'instance-id',
  'boot-mr-done',
  'os-image-hash',
  'key-provider',
  'storage-fs',
  'system-ready',
];
/** Only present with a KMS, and from certain versions. */
const OPTIONAL = new Set(['os-image-hash', 'storage-fs']);

/** The facts that the boot events establish. */
export type BootFacts = {
  readonly appId: Uint8Array;
  readonly composeHash: Uint8Array;
  readonly instanceId: Uint8Array;
  readonly keyProvider: Uint8Array;
  /** The image hash that the KMS reported. Undefined without a KMS. */
  readonly osImageHash: Uint8Array | undefined;
  /** Names of events that were written after the system was ready. */
  readonly later: readonly string[];
};

/** Reads the facts of the boot. Throws an EvidenceError of `log.events`. */
export function readBootFacts(events: readonly LogEvent[]): BootFacts {
  const ready = events.findIndex(({ event }) => event === 'system-ready');
  expect(ready >= 0, 'log.events', 'the system was never ready');
  const boot = events.slice(0, ready + 1);
  const names = boot.map(({ event }) => event);
  const expected = BOOT_ORDER.filter((name) => !OPTIONAL.has(name) || names.includes(name));
  const inOrder =
    names.length === expected.length && names.every((name, at) => name === expected[at]);
  expect(inOrder, 'log.events', 'the boot events do not each occur once and in order');
  const later = events.slice(ready + 1).map(({ event }) => event);
  expect(
    !later.some((name) => BOOT_ORDER.includes(name)),
    'log.events',
    'a boot event came after the boot',
  );
  const payloadOf = (name: string): Uint8Array =>
    boot.find(({ event }) => event === name)?.payload ?? new Uint8Array();
  return {
    appId: payloadOf('app-id'),
    composeHash: payloadOf('compose-hash'),
    instanceId: payloadOf('instance-id'),
    keyProvider: payloadOf('key-provider'),
    osImageHash: names.includes('os-image-hash') ? payloadOf('os-image-hash') : undefined,
    later,
  };
}
