/** A crash at any point between the request and the answer leaves no signature without a durable entry. */
import { test } from '../test.js';
import { createSecp256k1Ecdsa } from '../../src/adapters/secp256k1-ecdsa.js';
import { addKey } from '../../src/accounts/add-key.js';
import { createUser, type UserDocument } from '../../src/accounts/user-document.js';
import type { Users } from '../../src/accounts/users.js';
import { ServiceKeys } from '../../src/keys/service-keys.js';
import { parseAddress } from '../../src/protocol/address.js';
import { decide } from '../../src/signing/policy.js';
import { signPayload } from '../../src/signing/sign-payload.js';
import { parseSigningRequest } from '../../src/signing/signing-request.js';

const WALLET = parseAddress('0x31d40B62C395B9418C4198363619B11c65cD406F');
const NOW_MS = Date.parse('2026-03-01T12:00:00.000Z');

type Point = 'before-commit' | 'after-commit' | 'in-signature' | 'in-hook' | 'never';

/** A disk, and a process that dies at a point. */
function machine(dies: Point) {
  const service = new ServiceKeys(new Uint8Array(32).fill(7), createSecp256k1Ecdsa());
  const crash = (): never => {
    throw new Error('the process died');
  };
  let disk: UserDocument = addKey(
    createUser('a'.repeat(32), { kind: 'wallet', address: WALLET, addedAtMs: NOW_MS }, NOW_MS),
    service,
    'Main',
    NOW_MS,
  );
  const session = {
    id: 's'.repeat(16),
    hash: '',
    transport: 'bearer' as const,
    credentialId: 'wallet-x',
    createdAtMs: NOW_MS,
    expiresAtMs: NOW_MS + 1,
    verifiedAtMs: NOW_MS,
    lastSeenAtMs: NOW_MS,
    rotatedAtMs: NOW_MS,
  };
  disk = { ...disk, sessions: [session] };
  const signatures: Uint8Array[] = [];
  const users = {
    update: async (_userId: string, change: (user: UserDocument | undefined) => UserDocument) => {
      const changed = change(disk);
      if (dies === 'before-commit') crash();
      disk = changed;
      if (dies === 'after-commit') crash();
      return changed;
    },
  } as unknown as Users;
  const keys = {
    sign: (...args: Parameters<ServiceKeys['sign']>) => {
      if (dies === 'in-signature') crash();
      const signature = service.sign(...args);
      signatures.push(signature);
      return signature;
    },
  } as unknown as ServiceKeys;
  const request = parseSigningRequest('hello', 'personal_sign');
  const [key] = disk.keys;
  const run = (sessionId = session.id) =>
    signPayload(
      {
        users,
        keys,
        afterSign: async () => {
          if (dies === 'in-hook') crash();
          return { status: 'skipped', state: 'skipped', reason: 'not-tinycloud' };
        },
        clock: () => NOW_MS,
        reportDecision: () => undefined,
      },
      {
        userId: disk.userId,
        sessionId,
        keyId: key?.id ?? '',
        via: 'program',
        request,
        decision: decide({
          request,
          address: WALLET,
          via: 'program',
          ownHost: 'own.example',
          nowMs: NOW_MS,
        }),
        hook: 'run',
        budgetMs: 0,
      },
    );
  const entries = (): number =>
    disk.audit.open.filter((entry) => entry.includes('"type":"signed"')).length;
  return { run, entries, signatures };
}

test('wherever the process dies, there is an entry for each signature', async (t) => {
  const expected: readonly (readonly [Point, number, number])[] = [
    ['before-commit', 0, 0],
    ['after-commit', 1, 0],
    ['in-signature', 1, 0],
    ['in-hook', 1, 1],
    ['never', 1, 1],
  ];
  for (const [point, entries, signatures] of expected) {
    const each = machine(point);
    if (point === 'never') await each.run();
    else await t.throwsAsync(each.run(), { message: 'the process died' });
    t.is(each.entries(), entries, point);
    t.is(each.signatures.length, signatures, point);
    t.true(each.entries() >= each.signatures.length);
  }
});

test('a session that was ended meanwhile signs nothing', async (t) => {
  const { run, signatures, entries } = machine('never');
  await t.throwsAsync(run('other'), { code: 'ERR_SESSION_INVALID' });
  t.is(signatures.length + entries(), 0);
});
