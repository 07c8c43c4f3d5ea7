/**
 * A service on the stand-ins that ends TLS itself, the auditors' command against it, and relays in
 * front of it.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import {
  createServer as createPlainServer,
  request as plainRequest,
  type IncomingMessage,
  type RequestListener,
} from 'node:http';
import { createServer, request } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ExecutionContext } from 'ava';
import { reportSchema, type Report } from '../../attestation/report.js';
import { mintIdentity, type MintedIdentity } from '../http/mint-identity.js';
import { createWorld, type World } from '../scenarios/world.js';
import { LOCAL_POLICY } from './audit.js';
import { runVerifier } from './run-verifier.js';

/** What a policy demands of the channel. */
export type Demand = 'bound' | 'certificate' | 'reported';
export type Verdict = Report & { readonly code: number };

export const failed = ({ checks }: Report): readonly string[] =>
  checks.filter(({ status }) => status === 'fail').map(({ id }) => id);

/** The service with its certificate, and a folder with a policy for each demand. */
export class TlsScene {
  readonly world: World;
  readonly identity: MintedIdentity;
  readonly #folder: string;

  private constructor(world: World, identity: MintedIdentity, folder: string) {
    this.world = world;
    this.identity = identity;
    this.#folder = folder;
  }

  static async open(): Promise<TlsScene> {
    const folder = await mkdtemp(join(tmpdir(), 'sealwright-channel-'));
    const at = (name: string): string => join(folder, name);
    const identity = await mintIdentity();
    await writeFile(at('certificate.pem'), identity.certificate);
    await writeFile(at('key.pem'), identity.key);
    for (const channel of ['bound', 'certificate', 'reported'] as const) {
      await writeFile(at(`${channel}.json`), JSON.stringify({ ...LOCAL_POLICY, channel }));
    }
    const world = await createWorld({
      agent: { pccs: true },
      env: {
        TLS_MODE: 'files',
        TLS_CERTIFICATE_FILE: at('certificate.pem'),
        TLS_KEY_FILE: at('key.pem'),
      },
    });
    return new TlsScene(world, identity, folder);
  }

  at(name: string): string {
    return join(this.#folder, name);
  }

  /** The options that accept the stand-ins under the policy with this demand. */
  optionsOf(url: string, channel: Demand, authority = 'certificate.pem'): readonly string[] {
    const tls = url.startsWith('https:') ? ['--tls-ca', this.at(authority)] : [];
    return ['--policy', this.at(`${channel}.json`), '--allow-test-root', '--json', ...tls];
  }

  async verify(target: string, channel: Demand, authority?: string): Promise<Verdict> {
    const { code, out, err } = await runVerifier([
      target,
      ...this.optionsOf(target, channel, authority),
    ]);
    if (err !== '') throw new Error(err);
    return { ...reportSchema.parse(JSON.parse(out)), code };
  }

  async close(): Promise<void> {
    await this.world.close();
    await rm(this.#folder, { recursive: true, force: true });
  }

  /** Passes each request on to a service over a connection of its own. */
  #passOn(to: string): RequestListener {
    return (incoming, outgoing) => {
      const target = new URL(incoming.url ?? '/', to);
      const respond = (response: IncomingMessage): void => {
        outgoing.writeHead(response.statusCode ?? 502, response.headers);
        response.pipe(outgoing);
      };
      const onward =
        target.protocol === 'https:'
          ? request(target, { ca: this.identity.certificate, agent: false }, respond)
          : plainRequest(target, { agent: false }, respond);
      onward.end();
    };
  }

  /** Starts a relay with a certificate, or without TLS, and returns its URL. */
  async startRelay(
    t: ExecutionContext,
    identity: MintedIdentity | undefined,
    { target, maxVersion }: { target?: string; maxVersion?: 'TLSv1.2' } = {},
  ): Promise<string> {
    return serve(t, identity, this.#passOn(target ?? this.world.url), maxVersion);
  }
}

/** Serves requests with a certificate, or without TLS, until the end of the test. */
export async function serve(
  t: ExecutionContext,
  identity: MintedIdentity | undefined,
  listener: RequestListener,
  maxVersion?: 'TLSv1.2',
): Promise<string> {
  const server =
    identity === undefined
      ? createPlainServer(listener)
      : createServer(
          {
            cert: identity.certificate,
            key: identity.key,
            ...(maxVersion === undefined ? {} : { maxVersion }),
          },
          listener,
        );
  await new Promise<void>((done) => void server.listen(0, '127.0.0.1', done));
  t.teardown(() => void server.close());
  const { port } = server.address() as AddressInfo;
  return `${identity === undefined ? 'http' : 'https'}://127.0.0.1:${port}`;
}
