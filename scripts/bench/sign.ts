/**
 * Bench `sign`: signatures per second for a complete account (a cache hit), over HTTP with ten
 * connections.
 */
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import autocannon from 'autocannon';
import { Wallet } from 'ethers';
import { composeAppSignIn } from '../../src/program-client/app-sign-in.js';
import { ServiceClient } from '../../src/program-client/service-client.js';
import { startServiceProcess } from '../local/service-process.js';
import { startGuestAgent } from '../stand-ins/guest-agent/start-guest-agent.js';
import { startNode } from '../stand-ins/tinycloud-node/start-node.js';

const READ_BACK_MS = 7_000;
const SECONDS = 8;
const CONNECTIONS = 10;

export async function benchSign(print: (line: string) => void): Promise<object> {
  const dataDir = await mkdtemp(join(tmpdir(), 'sealwright-bench-'));
  const node = await startNode();
  const agent = await startGuestAgent({ port: 0 });
  const service = await startServiceProcess({
    SEALWRIGHT_MODE: 'development',
    DSTACK_SIMULATOR_ENDPOINT: agent.endpoint,
    TINYCLOUD_BOOTSTRAP_HOST: node.url,
    DATA_DIR: dataDir,
    STATE_INIT: '1',
    PORT: '0',
    PUBLIC_ORIGIN: 'http://localhost:3001',
    LOG_LEVEL: 'error',
    RATE_LIMITS: 'any=1000000/60,sign=1000000/60',
  });
  try {
    const client = new ServiceClient(service.url);
    const key = await client.signIn(new Wallet(`0x${randomBytes(32).toString('hex')}`));
    const { siwe } = composeAppSignIn(key.address, 'localhost:5173', Date.now());
    const first = await client.sign(key.id, siwe);
    if (first.tinycloudBootstrap.status !== 'complete')
      throw new Error('the account is not complete');
    // The account is read back some time after it was created, which must not be measured.
    await new Promise((done) => setTimeout(done, READ_BACK_MS));
    const before = node.requests.length;
    const result = await autocannon({
      url: `${service.url}/api/keys/${key.id}/sign`,
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: client.authorization },
      body: JSON.stringify({ message: siwe }),
      connections: CONNECTIONS,
      duration: SECONDS,
    });
    const summary = {
      requestsPerSecond: Math.round(result.requests.average),
      p50Ms: result.latency.p50,
      p99Ms: result.latency.p99,
      non2xx: result.non2xx,
      nodeRequests: node.requests.length - before,
    };
    print(
      `sign, cache hit: ${summary.requestsPerSecond} a second, p50 ${summary.p50Ms} ms, p99 ${summary.p99Ms} ms, ` +
        `${summary.non2xx} refused, ${summary.nodeRequests} requests to the node`,
    );
    return summary;
  } finally {
    await service.stop();
    await agent.close();
    await node.close();
    await rm(dataDir, { recursive: true, force: true });
  }
}
