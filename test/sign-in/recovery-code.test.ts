import {
  createRecoveryCodes,
  parseRecoveryCode,
  printRecoveryCode,
} from '../../src/sign-in/recovery-code.js';
import { codeOf } from '../protocol/code-of.js';
import { test } from '../test.js';

/** Returns the bytes 0, 1, 2 and so on, for each call from where the last one ended. */
function counting(): (length: number) => Uint8Array {
  let next = 0;
  return (length) => Uint8Array.from({ length }, () => next++);
}

test('ten codes of one set are created, and each is read back from what is shown', (t) => {
  const codes = createRecoveryCodes(counting());
  t.is(codes.length, 10);
  t.is(new Set(codes.map(({ code }) => code)).size, 10);
  t.is(new Set(codes.map(({ setId }) => setId)).size, 1);
  for (const code of codes) {
    t.regex(printRecoveryCode(code), /^(?:[0-9A-HJKMNP-TV-Z]{4}-){5}[0-9A-HJKMNP-TV-Z]{4}$/);
    t.deepEqual(parseRecoveryCode(printRecoveryCode(code)), code);
  }
});

test('the encoding is that of Crockford, the highest bits first', (t) => {
  const [first] = createRecoveryCodes((length) => new Uint8Array(length).fill(0x84));
  // 0x84 five times is 10000 10010 00010 01000 01001 00001 00100 00100 in groups of five bits.
  t.is(first?.code, 'GJ2891448'.slice(0, 8).repeat(3));
});

test('letter case, spaces, hyphens and letters that look like digits do not matter', (t) => {
  const expected = { setId: '01100110', code: '011001100011ABCDEFGHJKMN' };
  for (const text of [
    '0110-0110-0011-ABCD-EFGH-JKMN',
    'oilo-oiLO-0oIi-abcd-efgh-jkmn',
    '  0110 0110 0011\tabcd efgh-jkmn\n',
  ]) {
    t.deepEqual(parseRecoveryCode(text), expected, text);
  }
});

test('anything else is refused with one code', (t) => {
  const good = '011001100011ABCDEFGHJKMN';
  for (const text of ['', good.slice(1), `${good}0`, `${good.slice(1)}U`, `${good.slice(1)}é`]) {
    t.is(
      codeOf(() => parseRecoveryCode(text)),
      'ERR_RECOVERY_CODE',
      text,
    );
  }
});
