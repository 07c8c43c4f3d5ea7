/** One request, byte for byte as it is given, and what came back. */
import { request } from 'node:http';

export type RawRequest = {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer | undefined;
};

export type RawReply =
  | { readonly kind: 'reset' }
  | {
      readonly kind: 'answer';
      readonly status: number;
      readonly contentType: string;
      /** Empty for a stream of events, which has no end. */
      readonly text: string;
    };

/** Longer than a busy machine needs for any request; a request without an answer fails the fuzz. */
const TIMEOUT_MS = 120_000;

export function sendRaw(
  url: string,
  { method, path, headers, body }: RawRequest,
): Promise<RawReply> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const out = request(
      { hostname, port, method, path, headers, timeout: TIMEOUT_MS },
      (response) => {
        const contentType = response.headers['content-type'] ?? '';
        const status = response.statusCode ?? 0;
        const chunks: Buffer[] = [];
        const finish = (): void =>
          resolve({ kind: 'answer', status, contentType, text: Buffer.concat(chunks).toString() });
        if (contentType.startsWith('text/event-stream')) {
          finish();
          out.destroy();
          return;
        }
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', finish);
        response.on('error', () => resolve({ kind: 'reset' }));
      },
    );
    out.on('timeout', () => {
      reject(new Error('no answer'));
      out.destroy();
    });
    out.on('error', () => resolve({ kind: 'reset' }));
    out.end(body);
  });
}
