/**
 * Confirms that the SDK's keys are those of the agent's first surface, `/GetKey`, which dstack has
 * frozen. Newer agents also serve `/v1/GetKey`, with other keys for the same paths. If an update of
 * the SDK moved to that surface, every user of a new volume would silently get another key.
 */
import { request } from 'node:http';
import { timingSafeEqual } from 'node:crypto';
import { ServiceError } from '../errors.js';

/** The socket of the guest agent in a dstack VM. */
export const DEFAULT_SOCKET = '/var/run/dstack.sock';
const MAX_BYTES = 64 * 1024;

/** A key that the SDK returned, and what it was asked for. */
export type ReturnedKey = {
  readonly path: string;
  readonly purpose: string;
  readonly key: Uint8Array;
};

/**
 * Rejects ERR_KEY_SURFACE unless the agent returns the same key at `/GetKey`, and the error of the
 * connection if it does not answer. `endpoint` is an http URL or a socket path.
 */
export async function requireFrozenKey(
  endpoint: string | undefined,
  { path, purpose, key }: ReturnedKey,
): Promise<void> {
  const body = JSON.stringify({ path, purpose, algorithm: 'secp256k1' });
  const text = await post(endpoint ?? DEFAULT_SOCKET, '/GetKey', body);
  const [, frozen = ''] = /"key"\s*:\s*"([0-9a-f]{64})"/.exec(text) ?? [];
  const bytes = Buffer.from(frozen, 'hex');
  const isSame = bytes.length === key.length && timingSafeEqual(bytes, key);
  bytes.fill(0);
  if (!isSame) throw new ServiceError('ERR_KEY_SURFACE');
}

function post(endpoint: string, path: string, body: string): Promise<string> {
  const isUrl = /^https?:\/\//.test(endpoint);
  const base = isUrl ? new URL(path, endpoint) : new URL(path, 'http://dstack');
  const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
  return new Promise((resolve, reject) => {
    const outgoing = request(
      base,
      { method: 'POST', headers, agent: false, ...(isUrl ? {} : { socketPath: endpoint }) },
      (response) => {
        let text = '';
        response.setEncoding('utf8');
        response.on('data', (chunk: string) => {
          text += chunk;
          if (text.length > MAX_BYTES) response.destroy(new Error('the reply is too large'));
        });
        response.on('end', () => resolve(text));
        response.on('error', reject);
      },
    );
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}
