import { test } from '../test.js';
import { clientAddressOf, findAddressKey } from '../../src/limits/client-address.js';

const ownOf = (socket: string | undefined, header: string | undefined, hops: number): string =>
  clientAddressOf(socket, header, hops).own;

test('without trusted proxies the socket address counts, whatever the header contains', (t) => {
  t.is(ownOf('192.0.2.1', '198.51.100.7', 0), '192.0.2.1');
  t.is(ownOf('192.0.2.1', undefined, 0), '192.0.2.1');
});

test('with N proxies the Nth entry from the right counts', (t) => {
  const header = '203.0.113.9, 198.51.100.7 ,192.0.2.8';
  t.is(ownOf('192.0.2.1', header, 1), '192.0.2.8');
  t.is(ownOf('192.0.2.1', header, 2), '198.51.100.7');
  t.is(ownOf('192.0.2.1', header, 3), '203.0.113.9');
});

test('entries that a client puts in front of them have no effect', (t) => {
  for (const forged of ['1.2.3.4', 'unknown', '', '::1, 5.6.7.8', ',,,', '"', 'x'.repeat(10_000)]) {
    t.is(ownOf('192.0.2.1', `${forged}, 198.51.100.7`, 1), '198.51.100.7');
  }
});

test('a header that did not pass all proxies, or has no address there, counts for the socket', (t) => {
  for (const [header, hops] of [
    [undefined, 1],
    ['', 1],
    ['198.51.100.7', 2],
    [' , ', 1],
    ['unknown', 1],
    ['198.51.100.7:1234', 1],
    ['[2001:db8::1]', 1],
    ['for=198.51.100.7', 1],
    ['198.51.100.007', 1],
    ['198.51.100.7;', 1],
    ['198.51.100.7, x', 1],
    ['x, 198.51.100.7', 2],
  ] as const) {
    t.is(ownOf('192.0.2.1', header, hops), '192.0.2.1', String(header));
  }
});

test('an IPv6 address counts by its /64 in every notation', (t) => {
  const spellings = [
    '2001:db8:1:2::1',
    '2001:0db8:0001:0002:ffff:ffff:ffff:ffff',
    '2001:DB8:1:2:3:4:5:6',
    '2001:db8:1:2:0:0:192.0.2.1',
    '2001:db8:1:2::7%eth0',
  ];
  for (const text of spellings) {
    t.deepEqual(findAddressKey(text), { own: '2001:db8:1:2::', coarse: '2001:db8::' }, text);
  }
  t.is(findAddressKey('2001:db8:1:3::1')?.own, '2001:db8:1:3::');
  t.is(findAddressKey('::1')?.own, '0:0:0:0::');
  t.is(findAddressKey('1::')?.own, '1:0:0:0::');
});

test('an IPv4-mapped IPv6 address counts as the IPv4 address', (t) => {
  for (const text of ['::ffff:192.0.2.1', '::FFFF:c000:201', '0:0:0:0:0:ffff:192.0.2.1']) {
    t.deepEqual(findAddressKey(text), { own: '192.0.2.1', coarse: '192.0' }, text);
  }
  t.not(findAddressKey('::192.0.2.1')?.own, '192.0.2.1');
});

test('a text that is not an address has no key, and closed sockets share one', (t) => {
  for (const text of ['', 'localhost', '1.2.3', '1.2.3.4.5', '::g', '1:2:3', ' 1.2.3.4']) {
    t.is(findAddressKey(text), undefined, text);
  }
  t.is(ownOf(undefined, undefined, 0), 'unknown');
});
