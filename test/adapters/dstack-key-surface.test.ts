/**
 * Pins the bytes of the enclave's keys for our paths, and tests that a library which asks another
 * surface of the agent is refused.
 */
import { readFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { test } from '../test.js';
import { createDstackEnclave } from '../../src/adapters/dstack-enclave.js';
import { requireFrozenKey } from '../../src/adapters/dstack-key-surface.js';
import { parseAppKeys } from '../../scripts/stand-ins/guest-agent/app-keys.js';
import { startGuestAgent } from '../../scripts/stand-ins/guest-agent/start-guest-agent.js';

const vectors = new URL('../../../test/vectors/dstack/', import.meta.url);
const appKeys = parseAppKeys(readFileSync(new URL('app-keys.json', vectors), 'utf8'));

/** SHA-256 of each key under the published app key of dstack's simulator. It protects nothing. */
const KEYS: readonly (readonly [path: string, purpose: string, sha256: string])[] = [
  [
    'sealwright/root/v1',
    'sealwright.root.v1',
    '587899624adfe27a33c60ab7ca658cf599c7ccc56e2182d9611cf39f08b316d2',
  ],
  [
    'sealwright/identity/v1',
    'sealwright.identity.v1',
    'ce025c23012ac56efed8cac1b7e8ddeb27971be8cc1fcd20814d79fb8ac75a0b',
  ],
];

test('the keys of our paths are those of the frozen surface, byte for byte', async (t) => {
  const agent = await startGuestAgent({ port: 0, appKeys });
  t.teardown(() => agent.close());
  const enclave = createDstackEnclave({ endpoint: agent.endpoint });
  for (const [path, purpose, sha256] of KEYS) {
    const { key } = await enclave.getKey(path, purpose);
    t.is(createHash('sha256').update(key).digest('hex'), sha256, path);
  }
});

test('a key of another surface of the agent is refused, and one of the frozen surface is not', async (t) => {
  const agent = await startGuestAgent({ port: 0, appKeys });
  t.teardown(() => agent.close());
  const [path, purpose] = ['sealwright/root/v1', 'sealwright.root.v1'];
  const enclave = createDstackEnclave({ endpoint: agent.endpoint });
  const { key } = await enclave.getKey(path, purpose);
  const { key: moved } = await enclave.getKey(`v1/${path}`, purpose);
  const frozen = { path, purpose, key };
  await t.notThrowsAsync(requireFrozenKey(agent.endpoint, frozen));
  const other = requireFrozenKey(agent.endpoint, { ...frozen, key: moved });
  await t.throwsAsync(other, { code: 'ERR_KEY_SURFACE' });
  agent.setFault('error', 'GetKey');
  await t.throwsAsync(requireFrozenKey(agent.endpoint, frozen), { code: 'ERR_KEY_SURFACE' });
});

test('the first key that the enclave returns is confirmed', async (t) => {
  const agent = await startGuestAgent({ port: 0, appKeys });
  t.teardown(() => agent.close());
  const enclave = createDstackEnclave({ endpoint: agent.endpoint });
  await enclave.getKey('a', 'b');
  const asked = (): number => agent.requests.filter(({ method }) => method === 'GetKey').length;
  t.is(asked(), 2);
  await enclave.getKey('a', 'b');
  t.is(asked(), 3);
});
