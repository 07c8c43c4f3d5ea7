/** Replicas of one service, which have one certificate, against Pebble. */
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import type { ExecutionContext } from 'ava';
import { freePort } from '../../scripts/local/free-port.js';
import { KeptCertificate } from '../../src/certificates/kept-certificate.js';
import { SharedTurn } from '../../src/certificates/order-turn.js';
import { createChallengeApp } from '../../src/http/challenge-app.js';
import { listen } from '../../src/http/listen.js';
import { sharedServer } from '../adapters/postgres-server.js';
import { createMemoryDocuments, createMemoryStateStore } from '../memory-state-store.js';
import { createReplicas } from '../scenarios/world.js';
import { testWithPebble, testWithPebbleAndPostgres } from './pebble-server.js';
import { keyServed, NAME, statementOf } from './served.js';

const ignore = (): void => undefined;
const QUIET = { debug: ignore, info: ignore, warn: ignore, error: ignore };

/**
 * Passes connections to the targets in turn, as a gateway does that leaves TLS to the service. A
 * target that does not listen is passed over.
 */
async function passConnections(t: ExecutionContext, port: number, targets: readonly number[]) {
  const pass = (incoming: Socket, [target = 0, ...others]: readonly number[]): void => {
    const outgoing = connect(target, '127.0.0.1');
    outgoing.once('connect', () => incoming.pipe(outgoing).pipe(incoming));
    outgoing.on('error', () => {
      if (outgoing.bytesRead === 0 && others.length > 0) pass(incoming, others);
      else incoming.destroy();
    });
    incoming.on('error', () => outgoing.destroy());
  };
  let inTurn = [...targets];
  const server = createServer((incoming) => {
    inTurn = [...inTurn.slice(1), ...inTurn.slice(0, 1)];
    pass(incoming, inTurn);
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => server.close());
}

testWithPebble(
  'the authority may connect to another replica than the one that orders',
  async (t, pebble, tlsPort) => {
    const store = createMemoryStateStore();
    const open = (id: string): Promise<KeptCertificate> => {
      const documents = createMemoryDocuments(store, true);
      return KeptCertificate.open({
        authority: pebble.authority(),
        directory: pebble.directory,
        name: NAME,
        documents,
        turn: new SharedTurn(documents, Date.now, id),
        clock: Date.now,
        pause: () => new Promise((done) => setTimeout(done, 50)),
        logger: QUIET,
        random: () => 0,
        onAttempt: () => undefined,
      });
    };
    const [orders, answers] = [await open('a'), await open('b')];
    const door = await listen(createChallengeApp(), '127.0.0.1', tlsPort, undefined, answers);
    t.teardown(() => door.close(0));
    await orders.check();
    t.is(orders.state, 'valid');
    await answers.check();
    t.is(answers.current()?.spkiSha256, orders.current()?.spkiSha256);
    await keyServed(tlsPort, await pebble.root());
  },
);

testWithPebbleAndPostgres(
  'two services on one database get one certificate before they start',
  async (t, pebble, tlsPort) => {
    const ports = [await freePort(), await freePort()] as const;
    await passConnections(t, tlsPort, ports);
    const env = {
      TLS_MODE: 'acme',
      PUBLIC_ORIGIN: `https://${NAME}`,
      ACME_DIRECTORY: pebble.directory,
      ACME_CA_FILE: pebble.caFile,
    };
    const [a, b] = await createReplicas(await (await sharedServer()).createDatabase(), { env }, [
      { PORT: String(ports[0]) },
      { PORT: String(ports[1]) },
    ]);
    t.teardown(async () => {
      await b.stop();
      await a.close();
    });
    const root = await pebble.root();
    t.is(await keyServed(ports[0], root), await keyServed(ports[1], root));
    const accounts = new Set<string>();
    for (const port of ports) {
      const { tls } = await statementOf(port, root);
      accounts.add(tls.acme_account_uri);
    }
    t.is(accounts.size, 1);
  },
);
