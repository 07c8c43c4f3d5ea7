import { test } from '../test.js';
import { attestedNameOf, isAttestedName } from '../../attestation/channel/channel-name.js';

const config = (PUBLIC_ORIGIN: string | null, more: Record<string, string> = {}) => ({
  config: { PUBLIC_ORIGIN, SEALWRIGHT_MODE: 'production', PORT: '3001', ...more },
});
const DEVELOPMENT = { SEALWRIGHT_MODE: 'development', PORT: '0' };

type Row = readonly [
  asked: string,
  origin: string | null,
  more: Record<string, string>,
  expected: boolean,
];
const ROWS: readonly Row[] = [
  ['https://keys.example', 'https://keys.example', {}, true],
  ['https://keys.example/attestation?nonce=1', 'https://keys.example', {}, true],
  ['https://KEYS.example', 'https://keys.example', {}, true],
  ['https://keys.example:443', 'https://keys.example', {}, true],
  ['https://keys.example', 'https://keys.example:8443', {}, false],
  ['https://keys.example:8443', 'https://keys.example', {}, false],
  ['https://relay.example', 'https://keys.example', {}, false],
  ['https://keys.example.relay.example', 'https://keys.example', {}, false],
  ['https://sub.keys.example', 'https://keys.example', {}, false],
  ['https://keys.example@relay.example', 'https://keys.example', {}, false],
  ['https://relay.example/https://keys.example', 'https://keys.example', {}, false],
  ['https://keys.example', null, {}, false],
  ['https://keys.example', 'no origin', {}, false],
  ['http://127.0.0.1:3001', 'https://keys.example', {}, false],
  ['http://127.0.0.1:3001', 'https://keys.example', DEVELOPMENT, false],
  ['https://keys.example', 'http://localhost:3001', DEVELOPMENT, false],
  ['http://127.0.0.1:3001', 'http://localhost:3001', {}, true],
  ['http://[::1]:3001', 'http://127.0.0.1:3001', {}, true],
  ['http://127.0.0.1:3002', 'http://localhost:3001', {}, false],
  ['http://127.0.0.1:3002', 'http://localhost:3001', DEVELOPMENT, true],
  ['http://127.0.0.1:3002', 'http://localhost:3001', { ...DEVELOPMENT, PORT: '3001' }, false],
  ['http://127.0.0.1:3002', 'http://localhost:3001', { PORT: '0' }, false],
];

for (const [asked, origin, more, expected] of ROWS) {
  const where = `${origin ?? 'absent'} (${more['SEALWRIGHT_MODE'] ?? 'production'}, PORT ${more['PORT'] ?? '3001'})`;
  test(`${asked} ${expected ? 'is' : 'is not'} the attested name ${where}`, (t) => {
    t.is(isAttestedName(new URL(asked), config(origin, more)), expected);
  });
}

test('the attested name is the host with its port or undefined', (t) => {
  t.is(attestedNameOf(config('https://keys.example:8443')), 'keys.example:8443');
  t.is(attestedNameOf(config(null)), 'no origin');
});
