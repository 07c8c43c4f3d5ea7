import { createHash } from 'node:crypto';
import { expect } from '../check.js';
import { encodeConfigId, type ConfigFacts } from './config-id.js';

/** Returns SHA-256 of an app-compose file's exact bytes, not of its parsed contents. */
export function composeHashOf(appCompose: Uint8Array): Uint8Array {
  return new Uint8Array(createHash('sha256').update(appCompose).digest());
}

const equal = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) === 0;

/**
 * Verifies that the file shown is the measured one: its hash must equal the boot's compose-hash
 * event and, if the machine sets it, match the hardware-signed mr_config_id. Returns which of the
 * two confirmed it; older machines leave mr_config_id zero. Without `facts`, only the first form
 * can be recomputed. Throws an EvidenceError of `compose.hash`.
 */
export function verifyComposeHash(
  appCompose: Uint8Array | undefined,
  composeHashEvent: Uint8Array,
  mrConfigId: Uint8Array,
  facts?: ConfigFacts,
): 'event and mr_config_id' | 'event only' {
  expect(appCompose !== undefined, 'compose.hash', 'there is no compose file');
  const hash = composeHashOf(appCompose);
  expect(
    equal(hash, composeHashEvent),
    'compose.hash',
    'the file does not hash to the measured event',
  );
  if (mrConfigId.every((byte) => byte === 0)) return 'event only';
  const expected = encodeConfigId(mrConfigId[0], hash, facts);
  expect(
    expected !== undefined && equal(expected, mrConfigId),
    'compose.hash',
    'mr_config_id is not that of the file',
  );
  return 'event and mr_config_id';
}
