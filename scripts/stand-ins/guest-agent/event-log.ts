/**
 * Composes the event log of a boot and the registers that result: dstack's runtime events and,
 * optionally, the firmware's.
 */
import { createHash } from 'node:crypto';
import { concatBytes, hex, utf8 } from '../../../src/protocol/bytes.js';

const RUNTIME_EVENT = 0x08000001;

export type LogEvent = {
  readonly imr: number;
  readonly event_type: number;
  readonly digest: string;
  readonly event: string;
  readonly event_payload: string;
};

/** Which of dstack's two digest forms a runtime event uses. */
export type DigestForm = 1 | 2;

const sha384 = (...parts: readonly Uint8Array[]): Uint8Array =>
  new Uint8Array(
    createHash('sha384')
      .update(concatBytes(...parts))
      .digest(),
  );

/**
 * Computes a digest. Form 1 covers type, name and payload, separated by colons; form 2 covers their
 * canonical JSON.
 */
export function runtimeDigest(
  event: string,
  payload: Uint8Array,
  form: DigestForm = 1,
): Uint8Array {
  if (form === 2) {
    return sha384(
      utf8(`{"name":${JSON.stringify(event)},"payload":"${hex(payload)}","type":${RUNTIME_EVENT}}`),
    );
  }
  const type = Uint8Array.of(0x01, 0x00, 0x00, 0x08);
  return sha384(type, utf8(':'), utf8(event), utf8(':'), payload);
}

export type BootFacts = {
  readonly appId: Uint8Array;
  readonly composeHash: Uint8Array;
  readonly instanceId: Uint8Array;
  /** Only a KMS provides it. */
  readonly osImageHash?: Uint8Array | undefined;
  readonly keyProvider: string;
  /** Events that a container writes after the system is ready. */
  readonly laterEvents?: readonly (readonly [string, Uint8Array])[] | undefined;
};

/** Returns the runtime events of a boot, in order. */
export function createEventLog(facts: BootFacts, form: DigestForm = 1): readonly LogEvent[] {
  const none = new Uint8Array();
  const events: readonly (readonly [string, Uint8Array])[] = [
    ['system-preparing', none],
    ['app-id', facts.appId],
    ['compose-hash', facts.composeHash],
    ['instance-id', facts.instanceId],
    ['boot-mr-done', none],
    ...(facts.osImageHash === undefined ? [] : [['os-image-hash', facts.osImageHash] as const]),
    ['key-provider', utf8(facts.keyProvider)],
    ['storage-fs', utf8('zfs')],
    ['system-ready', none],
    ...(facts.laterEvents ?? []),
  ];
  return events.map(([event, payload]) => ({
    imr: 3,
    event_type: RUNTIME_EVENT,
    digest: hex(runtimeDigest(event, payload, form)),
    event,
    event_payload: hex(payload),
  }));
}

/**
 * Returns invented measurements of firmware and kernel, identical on every machine: three events
 * per register.
 */
export function createFirmwareLog(): readonly LogEvent[] {
  return [0, 1, 2].flatMap((imr) =>
    [1, 2, 3].map((at) => ({
      imr,
      event_type: 0x80000000 + at,
      digest: hex(sha384(utf8(`sealwright stand-in register ${imr} event ${at}`))),
      event: '',
      event_payload: hex(utf8(`stand-in ${imr}.${at}`)),
    })),
  );
}

/** Returns a register after a log: 48 zero bytes, extended by each event's digest. */
export function replayRegister(log: readonly LogEvent[], imr: number): Uint8Array {
  return log
    .filter((event) => event.imr === imr)
    .reduce<Uint8Array>(
      (register, { digest }) => sha384(register, new Uint8Array(Buffer.from(digest, 'hex'))),
      new Uint8Array(48),
    );
}

/** Returns the log in the form of newer agents: without the digests of runtime events. */
export const withoutDigests = (log: readonly LogEvent[]): readonly LogEvent[] =>
  log.map((event) => (event.imr === 3 ? { ...event, digest: '' } : event));
