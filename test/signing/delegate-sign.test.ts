/** Tests what zero-gesture signing checks again when the signature is made. */
import { CID } from 'multiformats/cid';
import { findAllowedRequest } from '../../src/provisioning/allow-list.js';
import { sessionRecap, hostRecap } from '../../src/bootstrap/session-grants.js';
import { createRecap } from '../../src/protocol/recap.js';
import { delegateSign } from '../../src/signing/delegate-sign.js';
import { grantedRightsOf } from '../../src/signing/granted-rights.js';
import { parseSigningRequest } from '../../src/signing/signing-request.js';
import { test } from '../test.js';
import {
  composeRequest,
  createOneUser,
  HOUR_MS,
  NOW_MS,
  session,
  SigningMachine,
} from './one-user.js';

const { user: first, key } = createOneUser();
const user = { ...first, preferences: { autoSignEnabled: true, delegateSignEnabled: true } };
const owner = { chainId: 1, address: key.address };
const recap = sessionRecap(owner, 'default');

function ask(machine: SigningMachine, message: string, known = user) {
  const request = parseSigningRequest(message, 'personal_sign');
  return delegateSign(
    { ...machine.context, findAllowedRequest },
    { user: known, session, ...owner, request, type: 'siwe', untilMs: 0 },
  );
}

test('a preference that is turned off in the meantime prevents the signature', async (t) => {
  for (const name of ['autoSignEnabled', 'delegateSignEnabled'] as const) {
    const preferences = { ...user.preferences, [name]: false };
    const machine = new SigningMachine({ ...user, preferences });
    const result = await ask(machine, composeRequest(key, recap));
    t.like(result, { approved: false, code: 'auto_sign_disabled' });
    t.is(machine.signatures.length, 0);
  }
  const machine = new SigningMachine(user);
  t.like(await ask(machine, composeRequest(key, recap)), { approved: true });
  t.is(machine.signatures.length, 1);
});

test('a request with parent delegations is outside the allow-list', async (t) => {
  const parent = CID.parse(
    'bafkr4iaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa',
  ).toString();
  for (const good of [recap, hostRecap(owner, 'default')]) {
    const withParent = createRecap(good.attenuations, [parent]);
    const rights = grantedRightsOf(withParent);
    t.is(findAllowedRequest({ recap: withParent, rights }, owner), undefined);
    const machine = new SigningMachine(user);
    const result = await ask(machine, composeRequest(key, withParent));
    t.like(result, { approved: false, code: 'outside_bootstrap_allowlist' });
  }
});

test('a request must expire within an hour by the times of its message', async (t) => {
  const endingIn = (ms: number): string =>
    composeRequest(key, recap, { expirationTime: new Date(NOW_MS + ms).toISOString() });
  const rows = [
    [1, { approved: true }],
    [HOUR_MS, { approved: true }],
    [HOUR_MS + 1, { code: 'expiry_out_of_range' }],
    [0, { code: 'expiry_out_of_range' }],
  ] as const;
  for (const [ms, expected] of rows) {
    t.like(await ask(new SigningMachine(user), endingIn(ms)), expected, String(ms));
  }
  const issued = (ms: number): string =>
    composeRequest(key, recap, { issuedAt: new Date(NOW_MS + ms).toISOString() });
  for (const sign of [-1, 1]) {
    t.like(await ask(new SigningMachine(user), issued(sign * 300_000)), { approved: true });
    t.like(await ask(new SigningMachine(user), issued(sign * 300_001)), {
      code: 'issued_at_out_of_range',
    });
  }
});

test('a denial is recorded in the audit trail and signs nothing', async (t) => {
  const machine = new SigningMachine(user);
  const before = machine.disk.audit.nextSeq;
  await ask(machine, composeRequest(key, recap, { statement: 'I sell my house.' }));
  t.is(machine.disk.audit.nextSeq, before + 1);
  t.is(machine.disk.audit.added.at(-1)?.detail['code'], 'statement_not_standard');
  t.is(machine.signatures.length, 0);
});
