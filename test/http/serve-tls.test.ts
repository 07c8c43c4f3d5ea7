/** A TLS server whose certificate changes, and that answers the challenges of an authority. */
import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { Agent, get } from 'node:https';
import { connect, type ConnectionOptions, type TLSSocket } from 'node:tls';
import type { ExecutionContext } from 'ava';
import Koa from 'koa';
import { parseIdentity } from '../../src/certificates/parse-identity.js';
import { listen } from '../../src/http/listen.js';
import type { ChallengeIdentity, TlsIdentity, TlsSource } from '../../src/runtime/tls-identity.js';
import { test } from '../test.js';
import { mintIdentity } from './mint-identity.js';

class ChangingSource implements TlsSource {
  identity: TlsIdentity | undefined;
  shown: ChallengeIdentity | undefined;
  #listeners: ((identity: TlsIdentity) => void)[] = [];

  current(): TlsIdentity | undefined {
    return this.identity;
  }

  onChange(listener: (identity: TlsIdentity) => void): void {
    this.#listeners.push(listener);
  }

  mayProve(name: string): boolean {
    return name === 'sealwright.example';
  }

  async challenge(): Promise<ChallengeIdentity | undefined> {
    return this.shown;
  }

  async renew(): Promise<TlsIdentity> {
    const { certificate, key } = await mintIdentity();
    const identity = parseIdentity(certificate, key);
    this.identity = identity;
    for (const listener of this.#listeners) listener(identity);
    return identity;
  }
}

async function open(t: ExecutionContext, source: TlsSource): Promise<number> {
  const app = new Koa();
  app.use((ctx) => {
    ctx.body = 'here';
  });
  const door = await listen(app, '127.0.0.1', 0, undefined, source);
  t.teardown(() => door.close(0));
  return Number(new URL(door.url).port);
}

/** Connects, and resolves to the certificate of the other end in PEM. Rejects as TLS does. */
async function shake(port: number, options: ConnectionOptions): Promise<TLSSocket> {
  const socket = connect({ port, host: '127.0.0.1', rejectUnauthorized: false, ...options });
  await once(socket, 'secureConnect');
  return socket;
}

const keyOf = (socket: TLSSocket): string => {
  const { raw } = socket.getPeerCertificate();
  return parseSpki(new X509Certificate(raw));
};
const parseSpki = (certificate: X509Certificate): string =>
  certificate.publicKey.export({ type: 'spki', format: 'der' }).toString('hex');
const keyIn = ({ certificate }: { readonly certificate: string }): string =>
  parseSpki(new X509Certificate(certificate));

const ask = (port: number, agent?: Agent): Promise<string> =>
  new Promise((resolve, reject) => {
    const options = { port, host: '127.0.0.1', rejectUnauthorized: false, agent: agent ?? false };
    get(options, (response) => {
      let body = '';
      response.on('data', (chunk: Buffer) => (body += chunk.toString()));
      response.on('end', () => resolve(body));
    }).on('error', reject);
  });

test('a client that connects again and again during renewals is never refused', async (t) => {
  const source = new ChangingSource();
  await source.renew();
  const port = await open(t, source);
  const agent = new Agent({ keepAlive: true, maxSockets: 1, rejectUnauthorized: false });
  t.teardown(() => agent.destroy());
  t.is(await ask(port, agent), 'here');
  const seen = new Set<string>();
  const renewed: string[] = [];
  const over = new AbortController();
  const client = (async () => {
    for (let count = 0; !over.signal.aborted || count < 40; count += 1) {
      const socket = await shake(port, { servername: 'localhost' });
      seen.add(keyOf(socket));
      socket.destroy();
      t.is(await ask(port), 'here');
    }
  })();
  for (let count = 0; count < 5; count += 1) {
    const identity = await source.renew();
    renewed.push(keyIn(identity));
    // A connection that begins after the change is served with the new key.
    const socket = await shake(port, { servername: 'localhost' });
    t.is(keyOf(socket), keyIn(identity));
    socket.destroy();
  }
  over.abort();
  await client;
  t.is(new Set(renewed).size, 5);
  t.true(seen.has(renewed.at(-1) ?? ''));
  t.is(await ask(port, agent), 'here', 'an open connection goes on');
});

test('a connection of the authority is shown the challenge of its name, and others what they always are', async (t) => {
  const source = new ChangingSource();
  const own = await source.renew();
  const port = await open(t, source);
  const challenge = { name: 'sealwright.example', ...(await mintIdentity()) };
  const asAuthority = { ALPNProtocols: ['acme-tls/1'], servername: challenge.name };
  await t.throwsAsync(shake(port, asAuthority), undefined, 'no challenge is under way');
  source.shown = challenge;
  const socket = await shake(port, asAuthority);
  t.is(socket.alpnProtocol, 'acme-tls/1');
  t.is(keyOf(socket), keyIn(challenge));
  socket.on('error', () => undefined);
  const ended = once(socket, 'close');
  let answer = '';
  socket.on('data', (chunk: Buffer) => (answer += chunk.toString()));
  socket.write('GET / HTTP/1.1\r\nHost: sealwright.example\r\n\r\n');
  await ended;
  t.is(answer, '', 'no request of such a connection is answered');
  const wrong = { ...asAuthority, servername: 'other.example' };
  await t.throwsAsync(shake(port, wrong), undefined, 'a challenge is for one name');
  for (const ALPNProtocols of [undefined, ['http/1.1'], ['h2', 'http/1.1']]) {
    const options = { servername: challenge.name, ...(ALPNProtocols && { ALPNProtocols }) };
    const other = await shake(port, options);
    t.is(keyOf(other), keyIn(own));
    other.destroy();
  }
  source.shown = undefined;
  await t.throwsAsync(shake(port, asAuthority));
});

test('without a certificate only challenges are answered, and the first certificate serves at once', async (t) => {
  const source = new ChangingSource();
  const port = await open(t, source);
  const challenge = { name: 'sealwright.example', ...(await mintIdentity()) };
  source.shown = challenge;
  await t.throwsAsync(shake(port, { servername: challenge.name }));
  const asAuthority = { ALPNProtocols: ['acme-tls/1'], servername: challenge.name };
  const socket = await shake(port, asAuthority);
  t.is(keyOf(socket), keyIn(challenge));
  socket.destroy();
  await source.renew();
  t.is(await ask(port), 'here');
});
