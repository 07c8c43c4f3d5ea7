import { createHash } from 'node:crypto';
import { expect } from '../check.js';

/** SHA-256 of an app-compose file: of its very bytes, never of what they parse to. */
export function composeHashOf(appCompose: Uint8Array): Uint8Array {
  return new Uint8Array(createHash('sha256').update(appCompose).digest());
}

const equal = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) === 0;

/**
 * The file shown is the one that was measured: its hash is the boot's compose-hash event and, where the machine sets it, the
 * hardware-signed mr_config_id (form 1: a one, the hash, fifteen zero bytes). Answers which of the two said so; older
 * machines leave mr_config_id zero. Throws an EvidenceError of `compose.hash`.
 */
export function verifyComposeHash(
  appCompose: Uint8Array | undefined,
  composeHashEvent: Uint8Array,
  mrConfigId: Uint8Array,
): 'event and mr_config_id' | 'event only' {
  expect(appCompose !== undefined, 'compose.hash', 'there is no compose file');
  const hash = composeHashOf(appCompose);
  expect(
    equal(hash, composeHashEvent),
    'compose.hash',
    'the file does not hash to the measured event',
  );
  if (mrConfigId.every((byte) => byte === 0)) return 'event only';
  const form1 = Buffer.concat([Uint8Array.of(1), hash, new Uint8Array(15)]);
  expect(equal(form1, mrConfigId), 'compose.hash', 'mr_config_id is not that of the file');
  return 'event and mr_config_id';
}
