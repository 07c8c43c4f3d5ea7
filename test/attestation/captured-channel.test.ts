/** Tests what a captured bundle records of its connection, and what offline checks make of it. */
import { readFile, writeFile } from 'node:fs/promises';
import { test } from '../test.js';
import { seeService } from '../../attestation/command/see-service.js';
import { describeChannel, seenFromHere } from '../../src/deployment/seen-from-here.js';
import { rendered } from '../deployment/rendered.js';
import { NONCE, statusOf } from './audit.js';
import { runVerifier } from './run-verifier.js';
import { failed, serve, TlsScene, type Verdict } from './tls-scene.js';

type Members = Readonly<Record<string, unknown>>;

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

/** Captures a document and returns the report of the file, after a change to its record. */
async function verifyCapture(
  channel: 'bound' | 'reported',
  change: (record: Members) => unknown = (record) => record,
): Promise<Verdict> {
  const file = theScene().at('captured.json');
  const ca = theScene().at('certificate.pem');
  const captured = await runVerifier(['capture', theScene().world.url, '-o', file, '--tls-ca', ca]);
  if (captured.code !== 0) throw new Error(captured.err);
  const bundle = JSON.parse(await readFile(file, 'utf8')) as { readonly captured: Members };
  await writeFile(file, JSON.stringify({ ...bundle, captured: change(bundle.captured) }));
  return theScene().verify(file, channel);
}

test('a captured bundle says what was seen of the connection, and never passes for it', async (t) => {
  const report = await verifyCapture('bound');
  t.is(report.code, 0);
  for (const id of ['channel.name', 'channel.certificate', 'channel.binding']) {
    t.is(statusOf(report, id), 'info', id);
    t.regex(
      report.checks.find((check) => check.id === id)?.measured ?? '',
      /, when captured by you at \d{4}-/,
    );
  }
});

test('a record of another connection, key or name contradicts the document', async (t) => {
  const other = 'ab'.repeat(32);
  const tlsOf = (record: Members) => record['tls'] as Members;
  const failedWith = async (change: (record: Members) => unknown): Promise<readonly string[]> => {
    const report = await verifyCapture('reported', change);
    t.is(report.code, 1);
    return failed(report);
  };
  t.deepEqual(
    [
      await failedWith((record) => ({ ...record, tls: { ...tlsOf(record), exporter: other } })),
      await failedWith((record) => ({ ...record, nonce: other })),
      await failedWith((record) => ({ ...record, tls: { ...tlsOf(record), spki_sha256: other } })),
      await failedWith((record) => ({ ...record, tls: null })),
      await failedWith((record) => ({ ...record, url: 'https://relay.example' })),
      await failedWith((record) => ({ ...record, url: 'no URL' })),
    ],
    [
      ['channel.binding'],
      ['channel.binding'],
      ['channel.certificate'],
      ['channel.certificate', 'channel.binding'],
      ['channel.name'],
      ['channel.name'],
    ],
  );
});

test('a bundle without a record leaves the connection open, and a live reply cannot bring one', async (t) => {
  const report = await verifyCapture('bound', () => undefined);
  t.is(report.code, 0);
  t.is(statusOf(report, 'channel.binding'), 'info');
  await verifyCapture('bound');
  const bundle = await readFile(theScene().at('captured.json'), 'utf8');
  const url = await serve(t, theScene().identity, (_, outgoing) => void outgoing.end(bundle));
  const lying = await theScene().verify(url, 'reported');
  t.deepEqual(failed(lying), ['statement.nonce', 'document.consistent', 'channel.binding']);
});

test('the check of a deployment says whether the connection is bound', async (t) => {
  const { world, identity } = theScene();
  const relay = await theScene().startRelay(t, identity);
  const see = async (url: string) =>
    describeChannel(await seeService(url, NONCE, { authority: identity.certificate }));
  const direct = await see(world.url);
  t.true(direct.holds);
  t.regex(direct.line, /^channel: bound/);
  const relayed = await see(relay);
  t.false(relayed.holds);
  t.regex(relayed.line, /^channel: not bound, although the service ends TLS/);
  const [, address] = await seenFromHere(
    await seeService(world.url, NONCE, { authority: identity.certificate }),
    rendered().appCompose,
    identity.certificate,
  );
  t.regex(address?.line ?? '', /asked from the machine itself/);
});
