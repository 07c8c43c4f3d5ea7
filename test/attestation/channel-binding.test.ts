/**
 * Tests a service that ends TLS itself: accepted when asked directly under a policy that demands
 * the binding, and rejected through each kind of relay at its named check.
 */
import { spawn } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { connect } from 'node:tls';
import { test } from '../test.js';
import { bindNonce } from '../../attestation/schema/channel.js';
import { freePort } from '../../scripts/local/free-port.js';
import { mintIdentity } from '../http/mint-identity.js';
import { createWorld } from '../scenarios/world.js';
import { statusOf } from './audit.js';
import { runVerifier } from './run-verifier.js';
import { failed, TlsScene } from './tls-scene.js';

let scene: TlsScene | undefined;
test.before('a service that ends TLS is started', async (t) => {
  scene = await TlsScene.open();
  t.regex(scene.world.url, /^https:/);
});
test.after('it is closed', async (t) => {
  await scene?.close();
  t.pass();
});

const theScene = (): TlsScene => {
  if (scene === undefined) throw new TypeError('the scene is not open');
  return scene;
};

test('a service that is asked directly is accepted, whatever the policy demands of the channel', async (t) => {
  for (const channel of ['bound', 'certificate', 'reported'] as const) {
    const report = await theScene().verify(theScene().world.url, channel);
    t.deepEqual(failed(report), [], channel);
    t.is(report.code, 0);
    t.is(statusOf(report, 'channel.certificate'), 'pass');
    t.is(statusOf(report, 'channel.binding'), 'pass');
  }
});

test('a relay with the certificate and its key is rejected at channel.binding alone', async (t) => {
  const relay = await theScene().startRelay(t, theScene().identity);
  const report = await theScene().verify(relay, 'bound');
  t.is(report.code, 1);
  t.deepEqual(failed(report), ['channel.binding']);
});

test('a relay with another certificate is rejected at channel.certificate as well', async (t) => {
  const other = await mintIdentity();
  await writeFile(theScene().at('other.pem'), other.certificate);
  const relay = await theScene().startRelay(t, other);
  for (const channel of ['bound', 'certificate', 'reported'] as const) {
    const report = await theScene().verify(relay, channel, 'other.pem');
    t.is(report.code, 1);
    t.deepEqual(failed(report), ['channel.certificate', 'channel.binding']);
  }
});

test('a relay without TLS is rejected, although the document is genuine', async (t) => {
  const relay = await theScene().startRelay(t, undefined);
  const report = await theScene().verify(relay, 'bound');
  t.is(report.code, 1);
  t.deepEqual(failed(report), ['channel.certificate', 'channel.binding']);
  t.is(statusOf(report, 'statement.nonce'), 'pass');
});

test('a document of a service behind a gateway is reported, and rejected if the policy demands more', async (t) => {
  const world = await createWorld({ agent: { pccs: true } });
  t.teardown(() => world.close());
  const reported = await theScene().verify(world.url, 'reported');
  t.deepEqual(failed(reported), []);
  t.is(statusOf(reported, 'channel.binding'), 'info');
  t.deepEqual(failed(await theScene().verify(world.url, 'certificate')), ['channel.certificate']);
  t.deepEqual(failed(await theScene().verify(world.url, 'bound')), [
    'channel.certificate',
    'channel.binding',
  ]);

  // A proxy ends TLS in front of it, with a certificate that browsers accept for its name.
  const proxy = await theScene().startRelay(t, theScene().identity, { target: world.url });
  t.deepEqual(failed(await theScene().verify(proxy, 'reported')), []);
  t.deepEqual(failed(await theScene().verify(proxy, 'bound')), [
    'channel.certificate',
    'channel.binding',
  ]);
});

test('a relay under another name is rejected at channel.name, whatever the policy demands', async (t) => {
  const { world, identity } = theScene();
  await world.stop();
  await world.start({ PUBLIC_ORIGIN: 'https://keys.example' });
  t.teardown(async () => {
    await world.stop();
    await world.start();
  });
  const relay = await theScene().startRelay(t, identity);
  for (const channel of ['bound', 'reported'] as const) {
    const report = await theScene().verify(relay, channel);
    t.is(report.code, 1);
    t.deepEqual(failed(report), ['channel.name', 'channel.binding']);
  }
});

test('a relay that speaks TLS 1.2 gets no verdict, because its exporter value identifies no connection', async (t) => {
  const { identity } = theScene();
  const relay = await theScene().startRelay(t, identity, { maxVersion: 'TLSv1.2' });
  const { code, err } = await runVerifier([relay, ...theScene().optionsOf(relay, 'reported')]);
  t.is(code, 2);
  t.regex(err, /gave no answer: it does not speak TLS 1\.3/);
});

test('a connection that fails says why', async (t) => {
  const { world } = theScene();
  const failureAt = async (url: string): Promise<string> => {
    const { code, err } = await runVerifier([url, '--policy', theScene().at('bound.json')]);
    t.is(code, 2);
    return err;
  };
  t.regex(await failureAt(world.url), /no answer: its certificate is not from .*--tls-ca/);
  const plain = await theScene().startRelay(t, undefined);
  t.regex(await failureAt(plain.replace('http:', 'https:')), /no answer: it does not speak TLS\n/);
  const port = String(await freePort());
  for (const protocol of ['http', 'https']) {
    const failure = await failureAt(`${protocol}://127.0.0.1:${port}`);
    t.regex(failure, /no answer: nothing listens there/, protocol);
  }
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
  const { world, identity } = theScene();
  const key = theScene().at('other.key');
  const other = await mintIdentity();
  await writeFile(key, other.key);
  t.not(other.key, identity.key);
  await world.stop();
  await t.throwsAsync(world.start({ TLS_KEY_FILE: key }), { code: 'ERR_TLS_FILES' });
  await t.throwsAsync(world.start({ TLS_KEY_FILE: '' }), { code: 'ERR_CONFIG' });
  await world.start();
});
