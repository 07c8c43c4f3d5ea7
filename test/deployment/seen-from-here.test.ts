/** Tests what the check of a deployment says of client addresses, which depend on the gateway. */
import { test } from '../test.js';
import type { ClientAddress } from '../../src/api/health.js';
import { describeAddress } from '../../src/deployment/seen-from-here.js';
import { addressOf } from '../../src/http/routes/health-routes.js';
import { clientAddressOf } from '../../src/limits/client-address.js';
import { rendered } from './rendered.js';

const behindGateway = rendered().appCompose;
const counting = rendered({ PROXY_PROTOCOL: 'v2', CLIENT_ADDRESSES: 'socket' }).appCompose;

test('a service says whose address it sees, and shows no address', (t) => {
  const rows: Readonly<Record<string, ClientAddress>> = {
    '203.0.113.7': 'own',
    '2001:db8::7': 'own',
    '10.4.0.1': 'gateway',
    '::ffff:172.17.0.1': 'gateway',
    'fd00::1': 'gateway',
    '127.0.0.1': 'machine',
    '::1': 'machine',
  };
  for (const [address, expected] of Object.entries(rows)) {
    t.is(addressOf(clientAddressOf(address, undefined, 0)), expected, address);
  }
});

type Row = readonly [seen: ClientAddress | undefined, local: string, holds: boolean, said: RegExp];
const ROWS: readonly Row[] = [
  ['own', counting, true, /an address of this client, and counts it/],
  ['own', behindGateway, true, /CLIENT_ADDRESSES ignores it/],
  ['gateway', counting, false, /all clients share its limits/],
  ['gateway', behindGateway, true, /counts no address/],
  ['machine', counting, true, /nothing is known/],
  [undefined, counting, true, /does not say/],
];

for (const [seen, local, holds, said] of ROWS) {
  const settings = local === counting ? 'a file that counts them' : 'a file that does not';
  test(`under ${settings}, addresses that are ${seen ?? 'not told'} ${holds ? 'pass' : 'fail'}`, (t) => {
    const described = describeAddress(seen, local);
    t.is(described.holds, holds);
    t.regex(described.line, said);
  });
}
