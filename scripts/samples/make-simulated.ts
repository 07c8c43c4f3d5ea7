/**
 * Creates a document of a service on the stand-ins, over a nonce, and the receipt of an account
 * that it provisioned.
 */
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Wallet } from 'ethers';
import { composeAppSignIn } from '../../src/program-client/app-sign-in.js';
import { ServiceClient } from '../../src/program-client/service-client.js';
import { startServiceProcess } from '../local/service-process.js';
import { startGuestAgent } from '../stand-ins/guest-agent/start-guest-agent.js';
import { startNode } from '../stand-ins/tinycloud-node/start-node.js';

export type Simulated = { readonly document: string; readonly receipt: string };

export async function makeSimulated(nonce: string): Promise<Simulated> {
  const dataDir = await mkdtemp(join(tmpdir(), 'sealwright-sample-'));
  const node = await startNode();
  const agent = await startGuestAgent({ port: 0, pccs: true });
  const service = await startServiceProcess({
    SEALWRIGHT_MODE: 'development',
    DSTACK_SIMULATOR_ENDPOINT: agent.endpoint,
    TINYCLOUD_BOOTSTRAP_HOST: node.url,
    DATA_DIR: dataDir,
    STATE_INIT: '1',
    PORT: '0',
    PUBLIC_ORIGIN: 'http://localhost:3001',
    LOG_LEVEL: 'error',
    PCCS_URL: agent.pccs?.url ?? '',
  });
  try {
    const client = new ServiceClient(service.url);
    const key = await client.signIn(new Wallet(`0x${randomBytes(32).toString('hex')}`));
    const { siwe } = composeAppSignIn(key.address, 'localhost:5173', Date.now());
    await client.sign(key.id, siwe);
    const answer = await fetch(`${service.url}/api/keys/${key.id}/bootstrap/receipt`, {
      headers: { authorization: client.authorization },
    });
    const { receipt } = (await answer.json()) as { receipt: string };
    const asked = await fetch(`${service.url}/attestation?nonce=${nonce}`);
    return { document: await asked.text(), receipt };
  } finally {
    await service.stop();
    await agent.close();
    await node.close();
    await rm(dataDir, { recursive: true, force: true });
  }
}
