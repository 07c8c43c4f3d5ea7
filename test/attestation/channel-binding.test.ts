/**
 * Tests a service that ends TLS itself: accepted when asked directly under a policy that demands the
 * binding, and rejected through each kind of relay at its named check.
 */
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer as createPlainServer, type RequestListener } from 'node:http';
import { createServer, request } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from 'node:tls';
import type { ExecutionContext } from 'ava';
import { test } from '../test.js';
import { runCommand } from '../../attestation/command/run-command.js';
import { reportSchema, type Report } from '../../attestation/report.js';
import { bindNonce } from '../../attestation/schema/channel.js';
import { mintIdentity, type MintedIdentity } from '../http/mint-identity.js';
import { createWorld, type World } from '../scenarios/world.js';
import { LOCAL_POLICY, statusOf } from './audit.js';

const home = new URL('../../../attestation/', import.meta.url);
type Scene = {
  readonly world: World;
  readonly identity: MintedIdentity;
  readonly at: (name: string) => string;
  readonly close: () => Promise<void>;
};

async function openScene(): Promise<Scene> {
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
  const close = async (): Promise<void> => {
    await world.close();
    await rm(folder, { recursive: true, force: true });
  };
  return { world, identity, at, close };
}

let scene: Scene | undefined;
test.before('a service that ends TLS is started', async (t) => {
  scene = await openScene();
  t.regex(scene.world.url, /^https:/);
});
test.after('it is closed', async (t) => {
  await scene?.close();
  t.pass();
});

const theScene = (): Scene => {
  if (scene === undefined) throw new TypeError('the scene is not open');
  return scene;
};

type Verdict = Report & { readonly code: number };

async function verify(
  url: string,
  channel: 'bound' | 'certificate' | 'reported',
  authority = 'certificate.pem',
): Promise<Verdict> {
  const { at } = theScene();
  let [out, err] = ['', ''];
  const tls = url.startsWith('https:') ? ['--tls-ca', at(authority)] : [];
  const code = await runCommand({
    args: [url, '--policy', at(`${channel}.json`), '--allow-test-root', '--json', ...tls],
    write: (text) => void (out += text),
    complain: (text) => void (err += text),
    color: false,
    nowMs: Date.now(),
    home,
  });
  if (err !== '') throw new Error(err);
  return { ...reportSchema.parse(JSON.parse(out)), code };
}

const failed = ({ checks }: Report): readonly string[] =>
  checks.filter(({ status }) => status === 'fail').map(({ id }) => id);

/** Passes each request on to the service over a connection of its own. */
function passOn(): RequestListener {
  const { world, identity } = theScene();
  return (incoming, outgoing) => {
    const target = new URL(incoming.url ?? '/', world.url);
    const onward = request(target, { ca: identity.certificate, agent: false }, (response) => {
      outgoing.writeHead(response.statusCode ?? 502, response.headers);
      response.pipe(outgoing);
    });
    onward.end();
  };
}

async function startRelay(
  t: ExecutionContext,
  identity: MintedIdentity | undefined,
): Promise<string> {
  const server =
    identity === undefined
      ? createPlainServer(passOn())
      : createServer({ cert: identity.certificate, key: identity.key }, passOn());
  await new Promise<void>((done) => void server.listen(0, '127.0.0.1', done));
  t.teardown(() => void server.close());
  const { port } = server.address() as AddressInfo;
  return `${identity === undefined ? 'http' : 'https'}://127.0.0.1:${port}`;
}

test('a service that is asked directly is accepted, whatever the policy demands of the channel', async (t) => {
  for (const channel of ['bound', 'certificate', 'reported'] as const) {
    const report = await verify(theScene().world.url, channel);
    t.deepEqual(failed(report), [], channel);
    t.is(report.code, 0);
    t.is(statusOf(report, 'channel.certificate'), 'pass');
    t.is(statusOf(report, 'channel.binding'), 'pass');
  }
});

test('a relay with the certificate and its key is rejected at channel.binding alone', async (t) => {
  const relay = await startRelay(t, theScene().identity);
  const report = await verify(relay, 'bound');
  t.is(report.code, 1);
  t.deepEqual(failed(report), ['channel.binding']);
});

test('a relay with another certificate is rejected at channel.certificate as well', async (t) => {
  const other = await mintIdentity();
  await writeFile(theScene().at('other.pem'), other.certificate);
  const relay = await startRelay(t, other);
  for (const channel of ['bound', 'certificate', 'reported'] as const) {
    const report = await verify(relay, channel, 'other.pem');
    t.is(report.code, 1);
    t.deepEqual(failed(report), ['channel.certificate', 'channel.binding']);
  }
});

test('a relay without TLS is rejected, although the document is genuine', async (t) => {
  const relay = await startRelay(t, undefined);
  const report = await verify(relay, 'bound');
  t.is(report.code, 1);
  t.deepEqual(failed(report), ['channel.certificate', 'channel.binding']);
  t.is(statusOf(report, 'statement.nonce'), 'pass');
});

test('a document of a service behind a gateway is reported, and rejected if the policy demands more', async (t) => {
  const world = await createWorld({ agent: { pccs: true } });
  t.teardown(() => world.close());
  const reported = await verify(world.url, 'reported');
  t.deepEqual(failed(reported), []);
  t.is(statusOf(reported, 'channel.binding'), 'info');
  t.deepEqual(failed(await verify(world.url, 'certificate')), ['channel.certificate']);
  t.deepEqual(failed(await verify(world.url, 'bound')), ['channel.certificate', 'channel.binding']);
});

test('a connection of TLS 1.2 is refused, because its exporter value identifies no connection', async (t) => {
  const { world, identity } = theScene();
  const port = Number(new URL(world.url).port);
  const error = await new Promise<unknown>((resolve) => {
    const options = { port, host: '127.0.0.1', ca: identity.certificate } as const;
    const socket = connect({ ...options, maxVersion: 'TLSv1.2' }, () => resolve('connected'));
    socket.on('error', resolve);
  });
  t.true(error instanceof Error);
});

test('a bound nonce depends on the nonce and on the connection', (t) => {
  const [one, other] = [new Uint8Array(32), new Uint8Array(32).fill(1)];
  const nonces = ['00', '01'].map((byte) => byte.repeat(32));
  const bound = nonces.flatMap((nonce) => [bindNonce(nonce, one), bindNonce(nonce, other)]);
  t.is(new Set([...bound, ...nonces]).size, 6);
  t.throws(() => bindNonce('00'.repeat(32), new Uint8Array(31)), { instanceOf: TypeError });
});

test('the health check of the container asks over TLS', async (t) => {
  const script = new URL('../../scripts/health-check.js', import.meta.url).pathname;
  const port = new URL(theScene().world.url).port;
  const exitCode = (mode: string): Promise<number | null> =>
    new Promise((resolve) => {
      const env = { ...process.env, PORT: port, TLS_MODE: mode };
      spawn(process.execPath, [script], { env, stdio: 'ignore' }).once('exit', resolve);
    });
  t.is(await exitCode('files'), 0);
  t.is(await exitCode('off'), 1);
});

test('a service does not start with a key that is not that of the certificate', async (t) => {
  const { at, world } = theScene();
  const other = await mintIdentity();
  await writeFile(at('other.key'), other.key);
  t.not(await readFile(at('other.key'), 'utf8'), theScene().identity.key);
  await world.stop();
  await t.throwsAsync(world.start({ TLS_KEY_FILE: at('other.key') }), { code: 'ERR_TLS_FILES' });
  await t.throwsAsync(world.start({ TLS_KEY_FILE: '' }), { code: 'ERR_CONFIG' });
  await world.start();
});
