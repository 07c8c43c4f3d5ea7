/** Which signed requests are a sign-in to the account of the key: every verdict. */
import { judgeApprovedSign } from '../../src/provisioning/judge-approved-sign.js';
import { createRecap, type Recap } from '../../src/protocol/recap.js';
import type { SiweMessage } from '../../src/protocol/siwe-message.js';
import { parseSigningRequest } from '../../src/signing/signing-request.js';
import {
  composeRequest,
  createOneUser,
  HOUR_MS,
  NOW_MS,
  rightOver,
  spaceOf,
} from '../signing/one-user.js';
import { test } from '../test.js';

const { user, key } = createOneUser();
const other = user.keys[1] ?? key;
const settings = { enabled: true, chainIds: [1, 10], autoSignEnabled: true, nowMs: NOW_MS };

const judge = (text: string, changes: Partial<typeof settings> = {}): unknown => {
  const request = parseSigningRequest(text, 'personal_sign');
  const verdict = judgeApprovedSign(request, key.address, { ...settings, ...changes });
  return verdict.open ? verdict.owner : verdict.reason;
};
const about = (recap: Recap, changes: Partial<SiweMessage> = {}): unknown =>
  judge(composeRequest(key, recap, changes));
const kv = (name: string, chain = 1, address: string = key.address): Recap =>
  rightOver(`${spaceOf(address, name, chain)}/kv`, 'tinycloud.kv/get');
const networkOf = (name: string, chain = 1, address: string = key.address): Recap =>
  rightOver(
    `urn:tinycloud:encryption:did:pkh:eip155:${chain}:${address}:${name}`,
    'tinycloud.encryption/decrypt',
  );

test('a right in one of the five spaces or over the network opens the gate for its owner', (t) => {
  const owner = { chainId: 1, address: key.address };
  for (const name of ['default', 'applications', 'account', 'secrets', 'public']) {
    t.deepEqual(about(kv(name)), owner, name);
  }
  t.deepEqual(about(networkOf('default')), owner);
  t.deepEqual(about(kv('default', 10), { chainId: 10 }), { ...owner, chainId: 10 });
  const hosting = [`${spaceOf(key.address, 'default')}/space`, ['tinycloud.space/host']] as const;
  t.deepEqual(about(createRecap([hosting, ...kv('default').attenuations])), owner);
});

test('a request without rights in the account of this key on this chain owns nothing', (t) => {
  const rows: readonly (readonly [string, Recap, Partial<SiweMessage>?])[] = [
    ['another space', kv('photos')],
    ['the space of another', kv('default', 1, other.address)],
    ['the own space on another chain', kv('default', 10)],
    ['the own space on the first chain, asked on the tenth', kv('default', 1), { chainId: 10 }],
    ['another network', networkOf('photos')],
    ['the network of another', networkOf('default', 1, other.address)],
    ['the network of another chain', networkOf('default', 10)],
    ['no resource of ours', rightOver('https://x.example', 'tinycloud.kv/get')],
    [
      'hosting alone',
      rightOver(`${spaceOf(key.address, 'default')}/space`, 'tinycloud.space/host'),
    ],
  ];
  for (const [what, recap, changes] of rows) t.is(about(recap, changes), 'nothing-owned', what);
});

test('every other verdict has its reason, in the order of the table', (t) => {
  const good = composeRequest(key, kv('default'));
  t.is(judge(good, { enabled: false }), 'kill-switch');
  t.is(judge(good, { autoSignEnabled: false }), 'auto-sign-disabled');
  t.is(judge(good, { chainIds: [10] }), 'unsupported-chain');
  t.is(judge(good, { nowMs: NOW_MS + HOUR_MS }), 'expired-request');
  t.deepEqual(judge(good, { nowMs: NOW_MS + HOUR_MS - 1 }), { chainId: 1, address: key.address });
  t.is(judge(composeRequest(other, kv('default', 1, other.address))), 'other-signer');
  t.is(judge('hello'), 'not-tinycloud');
  t.is(judge(`${good}\n`), 'not-tinycloud');
  t.is(judge(good.replace("'get'", "'put'")), 'not-tinycloud');
  const bytes = parseSigningRequest('0xff', 'raw');
  t.like(judgeApprovedSign(bytes, key.address, settings), { open: false, reason: 'raw-format' });
});
