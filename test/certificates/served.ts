/** What a service with a certificate for `NAME` serves. */
import { once } from 'node:events';
import { get } from 'node:https';
import { connect } from 'node:tls';

export const NAME = 'sealwright.example';

/** Connects as a browser does: the certificate must lead to the root and be for the name. */
export async function keyServed(port: number, root: string): Promise<string> {
  const socket = connect({ port, host: '127.0.0.1', servername: NAME, ca: root });
  await once(socket, 'secureConnect');
  const { pubkey } = socket.getPeerCertificate();
  socket.destroy();
  return Buffer.from(pubkey ?? []).toString('hex');
}

export type Reply = { readonly status: number; readonly body: string };

/** Reads a path of the service. */
export const read = (port: number, root: string, path: string): Promise<Reply> =>
  new Promise((resolve, reject) => {
    const at = { port, host: '127.0.0.1', servername: NAME, ca: root, agent: false, path };
    get({ ...at, headers: { host: NAME } }, (response) => {
      let body = '';
      response.on('data', (chunk: Buffer) => (body += chunk.toString()));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body }));
    }).on('error', reject);
  });

type StatedTls = { readonly spki_sha256: string; readonly acme_account_uri: string };

/** Returns what a service states of its own certificate. */
export async function statementOf(
  port: number,
  root: string,
): Promise<{ readonly tls: StatedTls }> {
  const { body } = await read(port, root, '/attestation');
  const { statement } = JSON.parse(body) as { readonly statement: string };
  return JSON.parse(statement) as { readonly tls: StatedTls };
}
