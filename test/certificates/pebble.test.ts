/** The service and its client of ACME against Pebble, Let's Encrypt's own test server. */
import { KeptCertificate } from '../../src/certificates/kept-certificate.js';
import { ownTurn } from '../../src/certificates/order-turn.js';
import { createChallengeApp } from '../../src/http/challenge-app.js';
import { listen } from '../../src/http/listen.js';
import { createMemoryDocuments, createMemoryStateStore } from '../memory-state-store.js';
import { createWorld } from '../scenarios/world.js';
import { testWithPebble } from './pebble-server.js';
import { keyServed, NAME, read, statementOf } from './served.js';

const MONTHS_MS = 40 * 365 * 86_400_000;

testWithPebble(
  'a certificate is issued and renewed with a new key, and an authority that refuses, is away, or forgot the account costs nothing',
  async (t, pebble, tlsPort) => {
    const store = createMemoryStateStore();
    const lines: string[] = [];
    let shiftMs = 0;
    const write = (event: string, fields: object = {}): void =>
      void lines.push(JSON.stringify({ event, ...fields }));
    const kept = await KeptCertificate.open({
      authority: pebble.authority(),
      directory: pebble.directory,
      name: NAME,
      documents: createMemoryDocuments(store),
      turn: ownTurn(),
      clock: () => Date.now() + shiftMs,
      pause: () => new Promise((done) => setTimeout(done, 50)),
      logger: { debug: write, info: write, warn: write, error: write },
      random: () => 0,
      onAttempt: () => undefined,
    });
    const door = await listen(createChallengeApp(), '127.0.0.1', tlsPort, undefined, kept);
    t.teardown(() => door.close(0));

    // Nobody listens at this address of the machine.
    pebble.address = '127.0.0.2';
    await kept.check();
    t.is(kept.current(), undefined);
    const refusal = lines.find((line) => line.includes('ERR_CERTIFICATE_ORDER')) ?? '';
    t.true(refusal.includes('127.0.0.2'), 'the log has what the authority says');
    pebble.address = '127.0.0.1';
    shiftMs += 3_600_000;
    await kept.check();
    t.is(kept.state, 'valid', lines.join('\n'));
    const first = await keyServed(tlsPort, await pebble.root());
    const { accountUri } = kept;
    t.true(accountUri?.startsWith('https://127.0.0.1:'));

    await pebble.halt();
    shiftMs += MONTHS_MS;
    await kept.check();
    t.true(lines.at(-1)?.includes('ERR_CERTIFICATE_AUTHORITY'), lines.at(-1));

    // The program starts without its accounts: the first attempt registers again.
    await pebble.run();
    shiftMs += 3_600_000;
    await kept.check();
    t.true(lines.at(-1)?.includes('ERR_CERTIFICATE_ORDER'), lines.at(-1));
    t.regex(lines.at(-1) ?? '', /"reason":"Account .* not found/);
    shiftMs += 86_400_000;
    await kept.check();
    t.true(lines.at(-1)?.includes('certificate-issued'), lines.at(-1));
    const second = await keyServed(tlsPort, await pebble.root());
    t.not(second, first);
    t.true(kept.accountUri?.startsWith('https://127.0.0.1:'));
    t.deepEqual([...store.documents.keys()].toSorted(), [
      'acme-account/current',
      'tls-certificate/current',
    ]);
  },
);

testWithPebble(
  'the service gets its certificate before it starts, names the account in its statement, and needs no authority at the next start',
  async (t, pebble, tlsPort) => {
    const world = await createWorld({
      env: {
        TLS_MODE: 'acme',
        PORT: String(tlsPort),
        PUBLIC_ORIGIN: `https://${NAME}`,
        ACME_DIRECTORY: pebble.directory,
        ACME_CA_FILE: pebble.caFile,
      },
    });
    t.teardown(() => world.close());
    const root = await pebble.root();
    const first = await keyServed(tlsPort, root);
    const ready = await read(tlsPort, root, '/readyz');
    t.like(JSON.parse(ready.body), {
      status: 'ready',
      node: 'reachable',
      certificate: 'valid',
    });
    const { tls } = await statementOf(tlsPort, root);
    t.true(tls.acme_account_uri.startsWith(new URL(pebble.directory).origin));
    t.regex(tls.spki_sha256, /^[0-9a-f]{64}$/);
    await world.stop();
    await pebble.halt();
    await world.start({ STATE_INIT: '0' });
    t.is(await keyServed(tlsPort, root), first);
  },
);
