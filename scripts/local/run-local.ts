/**
 * Starts everything, lets a person sign once, shows the progress, and proves the account. At the
 * end it stops everything that it started.
 */
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Wallet } from 'ethers';
import { messageOf } from '../../attestation/failure-reason.js';
import { STEP_IDS } from '../../src/bootstrap/steps.js';
import { startGuestAgent, type GuestAgent } from '../stand-ins/guest-agent/start-guest-agent.js';
import { startNode, type StandInNode } from '../stand-ins/tinycloud-node/start-node.js';
import { type DemoApp, startDemoApp } from '../demo-app/start-demo-app.js';
import { composeAppSignIn } from '../../src/program-client/app-sign-in.js';
import { Drawing, type Output, table } from '../../src/console/draw.js';
import { freePort } from './free-port.js';
import { proveFromOutside } from '../../src/account-check/prove-from-outside.js';
import { ServiceClient } from '../../src/program-client/service-client.js';
import { startServiceProcess } from './service-process.js';

export type LocalOptions = {
  readonly once: boolean;
  readonly port: number;
  readonly node?: string;
  readonly enclaveEndpoint?: string;
  /** Origins of apps that may embed the widget, besides the notes app. */
  readonly apps?: readonly string[];
  readonly output: Output;
  readonly signal: AbortSignal;
  /** For tests: changes the account between its provisioning and the proof. */
  readonly beforeProof?: (node: StandInNode | undefined, address: string) => void | Promise<void>;
};

type Cleanup = () => Promise<unknown>;

/** Returns the exit code: 0 if the account was provisioned and proved. */
export async function runLocal(options: LocalOptions): Promise<number> {
  const cleanups: Cleanup[] = [];
  const drawing = new Drawing(options.output, STEP_IDS.length);
  try {
    return await perform(options, drawing, cleanups);
  } catch (error) {
    drawing.line(`failed: ${messageOf(error)}`);
    return 1;
  } finally {
    for (const cleanup of cleanups.toReversed()) await cleanup().catch(() => undefined);
  }
}

async function perform(
  options: LocalOptions,
  drawing: Drawing,
  cleanups: Cleanup[],
): Promise<number> {
  const directory = await mkdtemp(join(tmpdir(), 'sealwright-local-'));
  cleanups.push(() => rm(directory, { recursive: true, force: true }));

  const agent = options.enclaveEndpoint === undefined ? await startAgent(cleanups) : undefined;
  const enclave = options.enclaveEndpoint ?? agent?.endpoint ?? '';
  const node = options.node === undefined ? await startStandInNode(cleanups) : undefined;
  const nodeUrl = options.node ?? node?.url ?? '';
  // Passkeys and cookies belong to the public origin, so the port must be known before the service
  // starts.
  const port = options.port === 0 ? await freePort() : options.port;
  const origin = `http://localhost:${port}`;
  const { apps = [] } = options;
  const demo = options.once ? undefined : await startDemo(cleanups);
  demo?.serve({ service: origin, node: nodeUrl });
  const service = await startServiceProcess({
    SEALWRIGHT_MODE: 'development',
    DSTACK_SIMULATOR_ENDPOINT: enclave,
    TINYCLOUD_BOOTSTRAP_HOST: nodeUrl,
    DATA_DIR: directory,
    STATE_INIT: '1',
    HOST: '127.0.0.1',
    PORT: String(port),
    ...(agent?.pccs === undefined ? {} : { PCCS_URL: agent.pccs.url }),
    PUBLIC_ORIGIN: origin,
    APP_ORIGINS: [...(demo === undefined ? [] : [demo.url]), ...apps].join(','),
  });
  cleanups.push(() => service.stop());
  drawing.heading('Sealwright, on this machine');
  for (const line of table([
    ['  service', service.url],
    ['  node', `${nodeUrl}${node === undefined ? '' : ' (stand-in)'}`],
    ['  enclave', `${enclave}${options.enclaveEndpoint === undefined ? ' (stand-in)' : ''}`],
  ])) {
    drawing.line(line);
  }
  const proved = await provisionAndProve(options, drawing, service.url, nodeUrl, node);
  if (options.once) return proved ? 0 : 1;
  drawing.line('');
  if (demo !== undefined) {
    drawing.heading('Now try it: a notes app that stores your notes in your own space');
    drawing.line(`  ${demo.url}`);
    drawing.line('');
  }
  for (const app of apps) drawing.line(`Your app may sign people in: ${app}`);
  drawing.line(`The account page: ${origin}/account`);
  drawing.line(
    `The service keeps running at ${origin} (${origin}/openapi.json). Press Ctrl-C to stop it.`,
  );
  drawing.line('How an auditor verifies what holds the keys:');
  drawing.line(
    `  npm run verify-attestation -- ${service.url} --policy attestation/policy.local.json --allow-test-root`,
  );
  await new Promise<void>((resolve) => {
    if (options.signal.aborted) resolve();
    options.signal.addEventListener('abort', () => resolve());
  });
  return proved ? 0 : 1;
}

async function startDemo(cleanups: Cleanup[]): Promise<DemoApp> {
  const demo = await startDemoApp();
  cleanups.push(() => demo.close());
  return demo;
}

async function startAgent(cleanups: Cleanup[]): Promise<GuestAgent> {
  const agent = await startGuestAgent({ port: 0, pccs: true });
  cleanups.push(() => agent.close());
  return agent;
}

async function startStandInNode(cleanups: Cleanup[]): Promise<StandInNode> {
  const node = await startNode({ secret: new Uint8Array(randomBytes(32)) });
  cleanups.push(() => node.close());
  return node;
}

async function provisionAndProve(
  options: LocalOptions,
  drawing: Drawing,
  serviceUrl: string,
  nodeUrl: string,
  node: StandInNode | undefined,
): Promise<boolean> {
  const client = new ServiceClient(serviceUrl);
  const key = await client.signIn(new Wallet(`0x${randomBytes(32).toString('hex')}`));
  const { siwe, sessionSeed } = composeAppSignIn(key.address, 'localhost:5173', Date.now());

  drawing.line('');
  drawing.heading(`One signature for ${key.address}`);
  drawing.startClock();
  const startedAtMs = performance.now();
  const watching = client.watch(
    key.id,
    ({ event, data }) => {
      if (event === 'step') drawing.step(data.id, data.status);
    },
    options.signal,
  );
  const signed = await client.sign(key.id, siwe);
  if (signed.tinycloudBootstrap.status === 'pending') await watching;
  watching.catch(() => undefined);
  drawing.end();
  const { status, state, errorCode } = signed.tinycloudBootstrap;
  drawing.line(
    `  ${status} (${state}${errorCode === undefined ? '' : `, ${errorCode}`}) in ${(performance.now() - startedAtMs).toFixed(0)} ms`,
  );

  await options.beforeProof?.(node, key.address);
  drawing.line('');
  drawing.heading('Proof from outside, with the session of that signature');
  const proof = await proveFromOutside({
    nodeUrl,
    siwe,
    signature: signed.signature,
    sessionSeed: Buffer.from(sessionSeed).toString('hex'),
  });
  for (const line of table([
    ['  what', 'where', 'verdict', 'seen'],
    ...proof.rows.map(({ what, where, verdict, seen }) => [`  ${what}`, where, verdict, seen]),
  ])) {
    drawing.line(line);
  }
  drawing.line(drawing.mark(proof.proved, proof.proved ? '  proved' : '  NOT proved'));
  return proof.proved;
}
