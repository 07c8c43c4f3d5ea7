/** Tests how failures of the system are put into words. */
import {
  isUnknownAuthority,
  messageOf,
  reasonOf,
  systemReasonOf,
  withReason,
} from '../../attestation/failure-reason.js';
import { test } from '../test.js';

const systemError = (code: string, facts: object = {}): Error =>
  Object.assign(new Error('raw words'), { code, syscall: 'open', ...facts });

test('a reason is in words, or the code if it has none, and is looked for in causes', (t) => {
  t.is(reasonOf(systemError('ENOENT')), 'it does not exist');
  t.is(reasonOf(systemError('EODD')), 'EODD');
  const refused = new TypeError('fetch failed', { cause: systemError('ECONNREFUSED') });
  t.is(withReason('no answer', refused), 'no answer: nothing listens there');
  t.is(withReason('no answer', new Error('unknown')), 'no answer');
});

test('an unknown authority is one reason, without the options of a command', (t) => {
  for (const code of ['DEPTH_ZERO_SELF_SIGNED_CERT', 'UNABLE_TO_VERIFY_LEAF_SIGNATURE']) {
    const failed = new TypeError('fetch failed', { cause: systemError(code) });
    t.true(isUnknownAuthority(failed));
    t.regex(reasonOf(failed) ?? '', /^its certificate is not from an authority [a-z ]+$/);
  }
  t.false(isUnknownAuthority(systemError('CERT_HAS_EXPIRED')));
});

test('a message has the reason of its cause once', (t) => {
  const refused = new TypeError('fetch failed', { cause: systemError('ECONNREFUSED') });
  t.is(messageOf(refused), 'fetch failed: nothing listens there');
  t.is(messageOf(new Error('no proof', { cause: refused })), 'no proof: nothing listens there');
  t.is(messageOf(new Error('no proof', { cause: new Error('bad port') })), 'no proof: bad port');
  t.is(messageOf(new Error('alone')), 'alone');
  t.is(messageOf('text'), 'text');
});

test('what the system said names the path, the host, or the address, at any depth', (t) => {
  const rows = [
    [{ path: '/x' }, '/x: it does not exist'],
    [{ hostname: 'h.example', address: '::1', port: 1 }, 'h.example: it does not exist'],
    [{ address: '::1', port: 1 }, '::1:1: it does not exist'],
    [{}, 'it does not exist'],
  ] as const;
  for (const [facts, said] of rows) {
    const failed = new Error('outer', { cause: systemError('ENOENT', facts) });
    t.is(systemReasonOf(failed), said);
    t.is(systemReasonOf(new Error('outermost', { cause: failed })), said);
  }
  t.is(systemReasonOf(new Error('outer', { cause: new Error('ours') })), undefined);
});
