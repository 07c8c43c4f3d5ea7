import { test } from '../test.js';
import { errorCodeOf } from '../../src/errors.js';
import {
  parseClientData,
  requirePasskeyOrigin,
  type ClientData,
} from '../../src/sign-in/passkey-client-data.js';

const OWN = 'https://sealwright.example';
const APP = 'https://app.example';
const SETTINGS = { origin: OWN, rpId: 'sealwright.example', appOrigins: [APP] };

function codeOf(work: () => unknown): string | undefined {
  try {
    work();
    return undefined;
  } catch (error) {
    return errorCodeOf(error);
  }
}

const codeFor = (data: Pick<ClientData, 'origin' | 'crossOrigin' | 'topOrigin'>) =>
  codeOf(() => requirePasskeyOrigin({ type: 'webauthn.get', challenge: '', ...data }, SETTINGS));

test('a passkey may be used by pages of this service, at the top level or embedded by a configured app', (t) => {
  t.is(codeFor({ origin: OWN }), undefined);
  t.is(codeFor({ origin: OWN, crossOrigin: false }), undefined);
  t.is(codeFor({ origin: OWN, crossOrigin: true }), undefined);
  t.is(codeFor({ origin: OWN, crossOrigin: true, topOrigin: APP }), undefined);
});

test('an embedding page is accepted only if the browser states that the page is embedded', (t) => {
  t.is(codeFor({ origin: OWN, topOrigin: APP }), 'ERR_PASSKEY_ORIGIN');
  t.is(codeFor({ origin: OWN, crossOrigin: false, topOrigin: APP }), 'ERR_PASSKEY_ORIGIN');
});

test('another origin and an embedding page that is not configured are refused', (t) => {
  for (const origin of [APP, `${OWN}/`, `${OWN}:443`, 'https://evil.example', 'null']) {
    t.is(codeFor({ origin }), 'ERR_PASSKEY_ORIGIN', origin);
    t.is(codeFor({ origin, crossOrigin: true, topOrigin: APP }), 'ERR_PASSKEY_ORIGIN', origin);
  }
  for (const topOrigin of [OWN, `${APP}/`, 'https://evil.example', 'null', '']) {
    t.is(codeFor({ origin: OWN, crossOrigin: true, topOrigin }), 'ERR_PASSKEY_ORIGIN', topOrigin);
  }
});

test('client data without the required members is refused with its code', (t) => {
  const encode = (text: string) => Buffer.from(text).toString('base64url');
  const good = { type: 'webauthn.get', challenge: 'AAAA', origin: OWN };
  t.like(parseClientData(encode(JSON.stringify(good))), good);
  const bad = [
    '',
    '!',
    encode(''),
    encode('null'),
    encode('[]'),
    encode(JSON.stringify({ ...good, origin: undefined })),
    encode(JSON.stringify({ ...good, crossOrigin: 'yes' })),
    encode(JSON.stringify({ ...good, topOrigin: 1 })),
    Buffer.from([0x7b, 0xff, 0x7d]).toString('base64url'),
  ];
  for (const text of bad)
    t.is(
      codeOf(() => parseClientData(text)),
      'ERR_PASSKEY_INVALID',
      text,
    );
});
