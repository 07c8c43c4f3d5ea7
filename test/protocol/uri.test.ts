import { test } from '../test.js';
import * as fc from 'fast-check';
import { isDomain, isUri } from '../../src/protocol/uri.js';

test('the examples of RFC 3986 section 1.1.2 are URIs', (t) => {
  const examples = [
    'ftp://ftp.is.co.za/rfc/rfc1808.txt',
    'http://www.ietf.org/rfc/rfc2396.txt',
    'ldap://[2001:db8::7]/c=GB?objectClass?one',
    'mailto:John.Doe@example.com',
    'news:comp.infosystems.www.servers.unix',
    'tel:+1-816-555-1212',
    'telnet://192.0.2.16:80/',
    'urn:oasis:names:specification:docbook:dtd:xml:4.1.2',
  ];
  for (const text of [
    ...examples,
    'a:',
    'a:/',
    'a:?b#c',
    'file:///x',
    'https://u:p@h:0/%7e?/?#/?',
  ]) {
    t.true(isUri(text), text);
  }
});

test('a text that only resembles a URI is not one', (t) => {
  const colon = ['', ':', 'a', '1a:b', 'a b:c', '/a', '//h/a', '?a:b', 'é:a', 'a_b:c'];
  const parts = ['a:b c', 'a:%', 'a:%4', 'a:%zz', 'a:b#c#d', 'a:[b]', 'a:b\n', 'a:\u0000', 'a:é'];
  const others = [
    'a:<b>',
    'a:"',
    'a:b\\c',
    'a:^',
    'a:`',
    'a:{b}',
    'a:b|c',
    'a://[::::]/',
    'a://[::1/',
  ];
  for (const text of [...colon, ...parts, ...others, 'a://h:p/', 'a://h:1x', 'a://u@v@h/']) {
    t.false(isUri(text), text);
  }
});

test('a text with a character outside the grammar is not a URI', (t) => {
  const outside = fc.constantFrom(
    ' ',
    '"',
    '<',
    '>',
    '\\',
    '^',
    '`',
    '{',
    '|',
    '}',
    '\n',
    '\r',
    'é',
  );
  fc.assert(
    fc.property(fc.webUrl(), fc.nat(), outside, (uri, at, character) => {
      const cut = at % (uri.length + 1);
      return !isUri(`${uri.slice(0, cut)}${character}${uri.slice(cut)}`);
    }),
  );
  fc.assert(fc.property(fc.webUrl({ withQueryParameters: true, withFragments: true }), isUri));
  t.pass();
});

test('a domain is a host with an optional port', (t) => {
  const domains = [
    'localhost',
    'example.com',
    'a:1',
    'a:65535',
    '127.0.0.1:80',
    '[::1]',
    '[::1]:8080',
    'a%20b',
  ];
  for (const text of domains) t.true(isDomain(text), text);
});

test('user information, invalid ports and invalid hosts are not domains', (t) => {
  const ports = ['a:', 'a:0', 'a:01', 'a:65536', 'a:99999', 'a:1:2', 'a:x', ':1'];
  const hosts = [
    '',
    'u@a',
    'a/b',
    'a b',
    'a?',
    'a#',
    '[::::]',
    '[1.2.3.4]',
    '::1',
    'a%',
    'a%g1',
    'é',
    'a\n',
  ];
  for (const text of [...ports, ...hosts]) t.false(isDomain(text), text);
});
