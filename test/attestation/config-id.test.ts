/**
 * Tests the forms of mr_config_id with values that dstack's own code printed (its SDK's tests,
 * Apache-2.0).
 */
import { test } from '../test.js';
import { configFactsOf } from '../../attestation/application/config-facts.js';
import { EvidenceError } from '../../attestation/check.js';
import { composeHashOf, verifyComposeHash } from '../../attestation/evidence/compose-hash.js';
import {
  encodeConfigId,
  type ConfigFacts,
  type KeyProviderKind,
} from '../../attestation/evidence/config-id.js';
import { appComposeText, GOOD_MEMBERS } from './good-app-compose.js';

const bytes = (hex: string): Uint8Array => new Uint8Array(Buffer.from(hex, 'hex'));
const facts = (appId: string, kind: KeyProviderKind, id: string, instance = ''): ConfigFacts => ({
  appId: bytes(appId),
  instanceId: bytes(instance),
  keyProvider: { kind, id: bytes(id) },
});

const COUNTING = Array.from({ length: 32 }, (_, at) => at.toString(16).padStart(2, '0')).join('');
const CA_KEY =
  '3059301306072a8648ce3d020106082a8648ce3d030107034200048844eb42ccdf8c52fd4f174f362fcb9bbd19c45fd48f1edec2d8f1ca23536ec1a74021b4cee610c074f8294d431b2b7fee2c39e5333fdaf0a4522d43fb159d9f';

const VECTORS: readonly (readonly [number, string, ConfigFacts | undefined, string])[] = [
  [1, COUNTING, undefined, COUNTING],
  [
    2,
    COUNTING,
    facts(COUNTING.slice(0, 40), 'kms', 'aabbccdd'),
    'e472ed80a08042f044ba63b53b798e98e3ea5219cd078007b1ac8b3dfc762b94',
  ],
  [
    2,
    '4f475ed201ac079f2e4760fb7554763edcc97c48132d554666a2ec3fd2c9e099',
    facts('8d8f406cf93e1cf54207fbf99c9bc437dd4d6aef', 'kms', CA_KEY),
    'dd0db3893b8c47b5e4098d7630d22959a1423af536890d10aaf3f0a7b169921b',
  ],
  [
    2,
    COUNTING,
    facts(COUNTING.slice(0, 40), 'none', ''),
    'b21a3a65891c2c3955d82000b30fab13f4adc1a12dc4a84793ea322b71f1882a',
  ],
  [
    3,
    '22'.repeat(32),
    facts('11'.repeat(20), 'kms', '33'.repeat(32), '44'.repeat(20)),
    '50fc88d0a462b6a0b06ba25859abc02e98c2a8d9bd000b7dc0d8bae65e71ecbb',
  ],
  [
    3,
    '22'.repeat(32),
    facts('11'.repeat(20), 'none', ''),
    '01d4d7e6ca2922bb80683c27fe1f4da318cf14d1c38db97563c2b6209af7dba5',
  ],
];

for (const [index, [form, hash, given, expected]] of VECTORS.entries()) {
  test(`form ${form}, vector ${index}`, (t) => {
    const id = encodeConfigId(form, bytes(hash), given);
    t.is(Buffer.from(id ?? []).toString('hex'), `0${form}${expected}${'00'.repeat(15)}`);
  });
}

test('an unknown form, or one with missing facts, is not composed', (t) => {
  const all = facts('11'.repeat(20), 'kms', '33', '44'.repeat(20));
  for (const form of [undefined, 0, 4, 255])
    t.is(encodeConfigId(form, bytes(COUNTING), all), undefined);
  for (const form of [2, 3]) t.is(encodeConfigId(form, bytes(COUNTING), undefined), undefined);
});

const COMPOSE = new Uint8Array(Buffer.from(appComposeText()));
const BOOT = { appId: bytes('11'.repeat(20)), instanceId: bytes('44'.repeat(20)) };

test('each form verifies for a file that names its key provider, and no form with other facts', (t) => {
  const hash = composeHashOf(COMPOSE);
  const own = configFactsOf(COMPOSE, BOOT);
  for (const form of [1, 2, 3]) {
    const id = encodeConfigId(form, hash, own) ?? new Uint8Array();
    t.is(verifyComposeHash(COMPOSE, hash, id, own), 'event and mr_config_id');
    for (const wrong of [
      { ...BOOT, appId: bytes('12'.repeat(20)) },
      { ...BOOT, instanceId: bytes('45'.repeat(20)) },
    ]) {
      const other = encodeConfigId(form, hash, configFactsOf(COMPOSE, wrong)) ?? new Uint8Array();
      if (Buffer.compare(other, id) === 0) continue;
      const refused = () => verifyComposeHash(COMPOSE, hash, other, own);
      t.is(t.throws(refused, { instanceOf: EvidenceError })?.check, 'compose.hash');
    }
    const padded = id.with(47, 1);
    t.throws(() => verifyComposeHash(COMPOSE, hash, padded, own), { instanceOf: EvidenceError });
  }
});

test('the kind of key provider is parsed as dstack does', (t) => {
  const kindOf = (changed: Readonly<Record<string, unknown>>) =>
    configFactsOf(Buffer.from(JSON.stringify({ ...GOOD_MEMBERS, ...changed })), BOOT)?.keyProvider
      .kind;
  t.is(kindOf({}), 'kms');
  t.is(kindOf({ key_provider: 'tpm' }), 'tpm');
  t.is(kindOf({ kms_enabled: false, local_key_provider_enabled: true }), 'local');
  t.is(kindOf({ kms_enabled: false }), 'none');
  t.is(kindOf({ key_provider: 'other' }), undefined);
  t.is(kindOf({ key_provider_id: 'xyz' }), undefined);
  t.is(configFactsOf(undefined, BOOT), undefined);
  t.is(configFactsOf(COMPOSE, undefined), undefined);
});
