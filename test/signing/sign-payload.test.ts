/**
 * Tests that a crash at any point between request and response leaves no signature without a
 * durable entry.
 */
import { test } from '../test.js';
import type { AuthorizedChange } from '../../src/accounts/authorized-change.js';
import type { UserDocument } from '../../src/accounts/user-document.js';
import type { Users } from '../../src/accounts/users.js';
import type { ServiceKeys } from '../../src/keys/service-keys.js';
import { decide } from '../../src/signing/policy.js';
import { signMessage } from '../../src/signing/sign-message.js';
import { signPayload } from '../../src/signing/sign-payload.js';
import { parseSigningRequest } from '../../src/signing/signing-request.js';
import { createOneUser, NOW_MS, service, session, SigningMachine } from './one-user.js';

type Point = 'before-commit' | 'after-commit' | 'in-signature' | 'in-hook' | 'never';

/** Creates a disk, and a process that dies at a given point. */
function createMachine(dies: Point) {
  const crash = (): never => {
    throw new Error('the process died');
  };
  let disk: UserDocument = createOneUser().user;
  const signatures: Uint8Array[] = [];
  const users = {
    update: async (change: AuthorizedChange) => {
      const changed = change.apply(disk, NOW_MS);
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
          address: createOneUser().key.address,
          via: 'program',
          ownHost: 'own.example',
          nowMs: NOW_MS,
        }),
        hook: 'run',
        untilMs: 0,
      },
    );
  const entries = (): number => disk.audit.added.filter(({ type }) => type === 'signed').length;
  return { run, entries, signatures };
}

test('every signature has an entry wherever the process dies', async (t) => {
  const expected: readonly (readonly [Point, number, number])[] = [
    ['before-commit', 0, 0],
    ['after-commit', 1, 0],
    ['in-signature', 1, 0],
    ['in-hook', 1, 1],
    ['never', 1, 1],
  ];
  for (const [point, entries, signatures] of expected) {
    const each = createMachine(point);
    if (point === 'never') await each.run();
    else await t.throwsAsync(each.run(), { message: 'the process died' });
    t.is(each.entries(), entries, point);
    t.is(each.signatures.length, signatures, point);
    t.true(each.entries() >= each.signatures.length);
  }
});

test('a session that ends in the meantime signs nothing', async (t) => {
  const { run, signatures, entries } = createMachine('never');
  await t.throwsAsync(run('other'), { code: 'ERR_SESSION_INVALID' });
  t.is(signatures.length + entries(), 0);
});

test('a key that is archived in the meantime signs nothing', async (t) => {
  const { user, key } = createOneUser();
  const machine = new SigningMachine({
    ...user,
    keys: user.keys.map((each) => (each.id === key.id ? { ...each, archivedAtMs: NOW_MS } : each)),
  });
  const request = parseSigningRequest('hello', 'personal_sign');
  // The caller read the key before it was archived.
  const asked = { user, session, keyId: key.id, request, untilMs: 0 };
  const program = { ...session, transport: 'bearer' as const };
  await t.throwsAsync(signMessage(machine.context, { ...asked, session: program }), {
    code: 'ERR_KEY_ARCHIVED',
  });
  t.is(machine.signatures.length, 0);
});
