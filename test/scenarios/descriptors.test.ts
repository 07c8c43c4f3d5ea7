/** Tests a service that has fewer descriptors than clients would use. */
import { spawnSync } from 'node:child_process';
import { connect, type Socket } from 'node:net';
import type { ExecutionContext } from 'ava';
import { startServiceProcess } from '../../scripts/local/service-process.js';
import { freePort } from '../../scripts/local/free-port.js';
import { testThatNeeds } from '../test-that-needs.js';
import { until } from '../until.js';
import { createWorld } from './world.js';

const HAS_PRLIMIT = spawnSync('prlimit', ['--version']).status === 0;
const OPEN_FILES = 200;
const CLIENTS = 400;

/** Opens a connection that begins a request and never ends it. */
function holdConnection(url: string): Socket {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname, () => void socket.write('GET / HTTP/1.1\r\n'));
  socket.on('error', () => undefined);
  return socket;
}

const testWithLimit = (title: string, body: (t: ExecutionContext) => Promise<void>): void =>
  testThatNeeds('prlimit', HAS_PRLIMIT, title, body);

testWithLimit(
  'more clients than descriptors leave the service its files, and it answers again by itself',
  async (t) => {
    const world = await createWorld();
    await world.stop();
    const metricsPort = await freePort();
    const service = await startServiceProcess(
      { ...world.env(), METRICS_PORT: String(metricsPort) },
      undefined,
      ['prlimit', `--nofile=${OPEN_FILES}:${OPEN_FILES}`],
    );
    const clients = Array.from({ length: CLIENTS }, () => holdConnection(service.url));
    t.teardown(async () => {
      for (const client of clients) client.destroy();
      await service.kill();
      await world.close();
    });
    await until('connections beyond the limit are closed', () =>
      clients.some((client) => client.destroyed),
    );
    const metrics = await (await fetch(`http://127.0.0.1:${metricsPort}/metrics`)).text();
    const open = Number(/^process_open_fds (\d+)$/m.exec(metrics)?.[1]);
    t.true(open < OPEN_FILES - 64, String(open));
    t.regex(metrics, /^sealwright_ready\{part="store"\} 1$/m);
    // Requests that do not end are closed after their deadline.
    await until('it answers', async () => {
      const answer = await fetch(`${service.url}/readyz`).catch(() => undefined);
      return answer?.status === 200;
    });
  },
);
