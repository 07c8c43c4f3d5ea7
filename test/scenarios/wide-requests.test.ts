/** Tests that a request at or beyond any limit of stored data never makes an account unreadable. */
import { randomBytes } from 'node:crypto';
import { test } from '../test.js';
import { parseAddress } from '../../src/protocol/address.js';
import { createRecap, withRecap } from '../../src/protocol/recap.js';
import { encodeSiweMessage } from '../../src/protocol/siwe-message.js';
import { signedInBrowser } from './wallet-browser.js';
import { createWorld, type Person } from './world.js';

const PEER = 'did:key:z6MkpGY8zisL5GgtPSk6654c3S4318u269ypTkkktF78NUe4';

type Wide = {
  readonly spaces: readonly string[];
  readonly domain?: string;
  readonly expires: string;
};

function message(person: Person, { spaces, domain = 'app.example', expires }: Wide): string {
  const resources = spaces.map(
    (name) =>
      [`tinycloud:pkh:eip155:1:${person.address}:${name}/kv/`, ['tinycloud.kv/get']] as [
        string,
        string[],
      ],
  );
  return encodeSiweMessage(
    withRecap(
      {
        domain,
        address: parseAddress(person.address),
        uri: PEER,
        chainId: 1,
        nonce: randomBytes(8).toString('hex'),
        issuedAt: new Date().toISOString(),
        expirationTime: expires,
      },
      createRecap(resources),
    ),
  );
}

const soon = (): string => new Date(Date.now() + 3_600_000).toISOString();
const named = (length: number): string => 'n'.repeat(length);

const ROWS: readonly (readonly [string, () => Wide])[] = [
  ['a space name of 100 characters', () => ({ spaces: [named(100)], expires: soon() })],
  ['a space name of 101 characters', () => ({ spaces: [named(101)], expires: soon() })],
  ['a space name of 128 characters', () => ({ spaces: [named(128)], expires: soon() })],
  [
    'more spaces than are noted',
    () => ({ spaces: Array.from({ length: 40 }, (_, at) => `space${at}`), expires: soon() }),
  ],
  ['an expiry before 1970', () => ({ spaces: ['default'], expires: '1969-07-20T20:17:40.000Z' })],
  ['an expiry in year 1', () => ({ spaces: ['default'], expires: '0001-01-01T00:00:00.000Z' })],
  [
    'a domain of 250 characters',
    () => ({ spaces: ['default'], domain: `${'a.'.repeat(120)}example`, expires: soon() }),
  ],
];

for (const [what, wide] of ROWS) {
  test(`after a request with ${what} the account can still be read, used and deleted`, async (t) => {
    const world = await createWorld({ env: { TINYCLOUD_BOOTSTRAP_ON_SIGN: 'off' } });
    t.teardown(() => world.close());
    const person = await world.person();
    const asked = await world.sign(person, message(person, wide()));
    t.true(asked.status === 200 || asked.status < 500, JSON.stringify(asked.body));
    t.is((await world.call('GET', '/api/keys', { token: person.token })).status, 200);
    t.is((await world.sign(person, 'hello')).status, 200);
    await world.stop();
    await world.start();
    const browser = await signedInBrowser(world, person.wallet);
    t.is((await browser.call('GET', '/api/account')).status, 200);
    t.is((await browser.call('DELETE', '/api/account')).status, 200);
  });
}

test('names at and beyond their limit are stored or refused, and the account stays readable', async (t) => {
  const world = await createWorld();
  t.teardown(() => world.close());
  const person = await world.person();
  const browser = await signedInBrowser(world, person.wallet);
  const { body } = await browser.call('GET', '/api/account/credentials');
  const [credential] = body['credentials'] as { id: string }[];
  for (const text of [named(100), named(101), '\u{1F600}'.repeat(50), '\ud800', ' '.repeat(3)]) {
    const answers = [
      await browser.call('PATCH', `/api/keys/${person.keyId}`, { label: text }),
      await browser.call('POST', '/api/keys', { label: text }),
      await browser.call('PATCH', `/api/account/credentials/${credential?.id}`, { name: text }),
    ];
    for (const { status } of answers) t.true(status < 500, String(status));
    t.is((await browser.call('GET', '/api/account')).status, 200);
  }
});
