/**
 * Starts the service with a stand-in node, a stand-in guest agent and the demo app, all on
 * loopback.
 */
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type DemoApp, startDemoApp } from '../demo-app/start-demo-app.js';
import { startGuestAgent } from '../stand-ins/guest-agent/start-guest-agent.js';
import { startNode, type StandInNode } from '../stand-ins/tinycloud-node/start-node.js';
import { freePort } from '../local/free-port.js';
import { startServiceProcess } from '../local/service-process.js';
import type { Language } from '../../src/languages/language.js';

/** A running service with everything around it. */
export type LocalWorld = {
  /** The language of the person. */
  readonly language: Language;
  readonly origin: string;
  readonly node: StandInNode;
  readonly demo: DemoApp;
};

/** Stops one thing that was started. */
export type Cleanup = () => Promise<unknown>;

/** Starts everything. `cleanups` receives what stops it again, to be called in reverse order. */
export async function startWorld(cleanups: Cleanup[], language: Language): Promise<LocalWorld> {
  const directory = await mkdtemp(join(tmpdir(), 'sealwright-world-'));
  cleanups.push(() => rm(directory, { recursive: true, force: true }));
  const agent = await startGuestAgent({ port: 0, pccs: true });
  cleanups.push(() => agent.close());
  const node = await startNode({ secret: new Uint8Array(randomBytes(32)) });
  cleanups.push(() => node.close());
  const demo = await startDemoApp();
  cleanups.push(() => demo.close());
  const port = await freePort();
  const origin = `http://localhost:${port}`;
  demo.serve({ service: origin, node: node.url });
  const service = await startServiceProcess({
    SEALWRIGHT_MODE: 'development',
    DSTACK_SIMULATOR_ENDPOINT: agent.endpoint,
    TINYCLOUD_BOOTSTRAP_HOST: node.url,
    TINYCLOUD_BOOTSTRAP_SYNC_BUDGET_MS: '0',
    DATA_DIR: directory,
    STATE_INIT: '1',
    HOST: '127.0.0.1',
    PORT: String(port),
    ...(agent.pccs === undefined ? {} : { PCCS_URL: agent.pccs.url }),
    PUBLIC_ORIGIN: origin,
    APP_ORIGINS: demo.url,
  });
  cleanups.push(() => service.stop());
  return { language, origin, node, demo };
}
