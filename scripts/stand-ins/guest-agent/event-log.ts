/** The boot's event log and what register 3 comes to: dstack's runtime events in their order. */
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

const sha384 = (bytes: Uint8Array): Uint8Array =>
  new Uint8Array(createHash('sha384').update(bytes).digest());

/** SHA-384 over the event type (little-endian), the name and the payload, with colons between. */
export function runtimeDigest(event: string, payload: Uint8Array): Uint8Array {
  const type = Uint8Array.of(0x01, 0x00, 0x00, 0x08);
  return sha384(concatBytes(type, utf8(':'), utf8(event), utf8(':'), payload));
}

export type BootFacts = {
  readonly appId: Uint8Array;
  readonly composeHash: Uint8Array;
  readonly instanceId: Uint8Array;
  readonly osImageHash: Uint8Array;
  readonly keyProvider: string;
};

/** The events of a boot with a KMS. */
export function createEventLog(facts: BootFacts): readonly LogEvent[] {
  const events: readonly (readonly [string, Uint8Array])[] = [
    ['system-preparing', new Uint8Array()],
    ['app-id', facts.appId],
    ['compose-hash', facts.composeHash],
    ['instance-id', facts.instanceId],
    ['boot-mr-done', new Uint8Array()],
    ['os-image-hash', facts.osImageHash],
    ['key-provider', utf8(facts.keyProvider)],
    ['storage-fs', utf8('zfs')],
    ['system-ready', new Uint8Array()],
  ];
  return events.map(([event, payload]) => ({
    imr: 3,
    event_type: RUNTIME_EVENT,
    digest: hex(runtimeDigest(event, payload)),
    event,
    event_payload: hex(payload),
  }));
}

/** Register 3 after a log: 48 zero bytes, extended by each event's digest. */
export function replayRegister3(log: readonly LogEvent[]): Uint8Array {
  return log
    .filter(({ imr }) => imr === 3)
    .reduce<Uint8Array>(
      (register, { event, event_payload: payload }) =>
        sha384(
          concatBytes(register, runtimeDigest(event, new Uint8Array(Buffer.from(payload, 'hex')))),
        ),
      new Uint8Array(48),
    );
}
