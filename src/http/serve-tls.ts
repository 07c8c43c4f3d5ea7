/**
 * Serves TLS from a source that may change. A connection for `acme-tls/1` (RFC 8737) is shown the
 * certificate of the challenge, and closed after its handshake without a byte of data.
 */
import type { Server as TlsServer } from 'node:https';
import {
  createSecureContext,
  type SecureContext,
  TLSSocket,
  type SecureContextOptions,
  type TlsOptions,
} from 'node:tls';
import { callbackify } from 'node:util';
import type { TlsSource } from '../runtime/tls-identity.js';

const CHALLENGE_PROTOCOL = 'acme-tls/1';
const WEB_PROTOCOL = 'http/1.1';

type Pems = { readonly certificate: string; readonly key: string };

/** Only TLS 1.3: exporter values of earlier versions do not identify a connection. */
const contextOf = (pems: Pems | undefined): SecureContextOptions => ({
  ...(pems === undefined ? {} : { cert: pems.certificate, key: pems.key }),
  minVersion: 'TLSv1.3',
});

async function contextOfChallenge(source: TlsSource): Promise<SecureContext> {
  const challenge = await source.challenge();
  if (challenge === undefined) throw new Error('no challenge is under way');
  return createSecureContext(contextOf(challenge));
}

const answerChallenge = callbackify(contextOfChallenge);

/** Returns the options of the server for a source. */
export function tlsOptionsOf(source: TlsSource, handshakeTimeout: number): TlsOptions {
  const answering = new WeakSet<object>();
  return {
    ...contextOf(source.current()),
    handshakeTimeout,
    // Node calls both as methods of the connection, this one first.
    ALPNCallback(this: unknown, { servername, protocols }) {
      if (!protocols.includes(CHALLENGE_PROTOCOL)) {
        return protocols.includes(WEB_PROTOCOL) ? WEB_PROTOCOL : undefined;
      }
      if (!source.mayProve(servername)) return undefined;
      if (this instanceof TLSSocket) answering.add(this);
      return CHALLENGE_PROTOCOL;
    },
    SNICallback(this: unknown, _name, done) {
      // Without a context, the server's own one applies.
      if (!(this instanceof TLSSocket) || !answering.has(this)) return done(null);
      answerChallenge(source, done);
    },
  };
}

/** Follows the source, so that each new connection is served with what is current. */
export function followSource(server: TlsServer, source: TlsSource): void {
  source.onChange((identity) => server.setSecureContext(contextOf(identity)));
  // This listener runs before that of HTTP, so nothing of a challenge's connection is parsed.
  server.prependListener('secureConnection', (socket: TLSSocket) => {
    if (socket.alpnProtocol === CHALLENGE_PROTOCOL) socket.destroy();
  });
}
