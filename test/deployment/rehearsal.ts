/**
 * Rehearses a deployment of production on loopback: a stand-in machine, whose agent listens on a
 * Unix socket, measures a rendered app-compose file, and the service has the environment that
 * Docker would give it.
 */
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { readMeasuredSettings } from '../../attestation/application/measured-settings.js';
import { composeService } from '../../src/compose/compose-service.js';
import type { Service } from '../../src/compose/open-doors.js';
import { parseConfig } from '../../src/config.js';
import { createLogger } from '../../src/runtime/logger.js';
import type { Deployment } from '../../src/deployment/render-deployment.js';
import { freePort } from '../../scripts/local/free-port.js';
import {
  startGuestAgent,
  type GuestAgent,
  type GuestAgentOptions,
} from '../../scripts/stand-ins/guest-agent/start-guest-agent.js';
import { QUICK } from '../scenarios/world.js';

/** The folder of a rehearsal, and the settings that keep it on this machine. */
export type Place = {
  readonly folder: string;
  readonly settings: Readonly<Record<string, string>>;
  remove(): Promise<void>;
};

export async function createPlace(): Promise<Place> {
  const folder = await mkdtemp(join(tmpdir(), 'sealwright-rehearsal-'));
  return {
    folder,
    settings: {
      HOST: '127.0.0.1',
      PORT: String(await freePort()),
      // Nothing listens there: an absent node delays no start.
      TINYCLOUD_BOOTSTRAP_HOST: 'https://127.0.0.1:9',
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

/**
 * Returns the environment that Docker gives the container: the literals, and the values of the
 * shell for the rest.
 */
export function environmentOf(
  appCompose: string,
  shell: Readonly<Record<string, string>> = {},
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    [...readMeasuredSettings(appCompose)].map(([name, setting]) => [
      name,
      setting.kind === 'literal' ? setting.value : (shell[setting.name] ?? setting.fallback ?? ''),
    ]),
  );
}

export type Rehearsal = {
  readonly agent: GuestAgent;
  /** Starts the service. `forged` replaces values that Docker would have set. */
  readonly start: (
    forged?: Readonly<Record<string, string>>,
    shell?: Readonly<Record<string, string>>,
  ) => Promise<Service>;
  readonly close: () => Promise<void>;
};

export async function rehearse(
  { folder }: Place,
  appCompose: string,
  options: GuestAgentOptions = {},
): Promise<Rehearsal> {
  const compose = new Uint8Array(Buffer.from(appCompose));
  const agent = await startGuestAgent({
    socketPath: join(folder, 'dstack.sock'),
    compose,
    ...options,
  });
  return {
    agent,
    start: (forged = {}, shell = {}) =>
      composeService(parseConfig({ ...environmentOf(appCompose, shell), ...forged }), {
        logger: createLogger({ level: 'error', stream: silent(), clock: Date.now }),
        clock: Date.now,
        randomBytes: (length) => new Uint8Array(randomBytes(length)),
        enclaveSocket: agent.endpoint,
        dataDir: folder,
        tuning: QUICK,
      }),
    close: () => agent.close(),
  };
}

const silent = (): Writable => new Writable({ write: (_chunk, _encoding, done) => done() });

/** Creates a place and its first deployment, which are removed after the test. */
export async function rehearseFirst(
  render: (settings: Readonly<Record<string, string>>) => Deployment,
  teardown: (work: () => Promise<void>) => void,
  options: GuestAgentOptions = {},
): Promise<Rehearsal & { readonly place: Place; readonly deployment: Deployment }> {
  const place = await createPlace();
  const deployment = render(place.settings);
  const rehearsal = await rehearse(place, deployment.appCompose, options);
  teardown(async () => {
    await rehearsal.close();
    await place.remove();
  });
  return { ...rehearsal, place, deployment };
}
