import { test } from '../test.js';
import { errorCodeOf } from '../../src/errors.js';
import { refuseBrowsers, requireOwnOrigin, requireSameOrigin } from '../../src/http/own-origin.js';

type Headers = Readonly<Record<string, string>>;
const OWN = 'https://sealwright.example';

/** Returns the code that a check throws for a request with these headers. */
function codeOf(check: (header: (name: string) => string | undefined) => void, headers: Headers) {
  try {
    check((name) => headers[name]);
    return undefined;
  } catch (error) {
    return errorCodeOf(error);
  }
}

for (const mark of ['origin', 'sec-fetch-site', 'sec-fetch-dest', 'sec-fetch-user']) {
  test(`a request with ${mark} alone receives no bearer session`, (t) => {
    for (const value of [OWN, 'null', 'same-origin', '']) {
      t.is(codeOf(refuseBrowsers, { [mark]: value }), 'ERR_BEARER_IN_BROWSER', value);
    }
  });
}

test('a program receives a bearer session even if it sends sec-fetch-mode like the fetch of Node', (t) => {
  t.is(codeOf(refuseBrowsers, {}), undefined);
  t.is(codeOf(refuseBrowsers, { 'sec-fetch-mode': 'cors', 'user-agent': 'node' }), undefined);
});

test('a change requires exactly the origin of the service', (t) => {
  const check = (header: (name: string) => string | undefined) => requireOwnOrigin(header, OWN);
  t.is(codeOf(check, { origin: OWN }), undefined);
  const others = [`${OWN}/`, `${OWN}:443`, OWN.toUpperCase(), `${OWN}.evil.example`, 'null', ''];
  for (const origin of others) t.is(codeOf(check, { origin }), 'ERR_ORIGIN_REFUSED', origin);
  t.is(codeOf(check, {}), 'ERR_ORIGIN_REFUSED');
});

test('reading with the cookie of a browser requires a page of the same origin', (t) => {
  t.is(codeOf(requireSameOrigin, { 'sec-fetch-site': 'same-origin' }), undefined);
  for (const site of ['same-site', 'cross-site', 'none', '']) {
    t.is(codeOf(requireSameOrigin, { 'sec-fetch-site': site }), 'ERR_ORIGIN_REFUSED', site);
  }
  t.is(codeOf(requireSameOrigin, { origin: OWN }), 'ERR_ORIGIN_REFUSED');
});
