/** Sends requests of people to a service that may be killed at any moment. */
import { type IncomingHttpHeaders, request } from 'node:http';

/** A request of a person. */
export type Call = {
  readonly method: string;
  readonly path: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
};

/** A reply. */
export type Reply = {
  readonly status: number;
  /** The code of a problem, or an empty text. */
  readonly code: string;
  readonly text: string;
  readonly body: Readonly<Record<string, unknown>>;
  /** The cookie that the reply sets, as name and value. */
  readonly cookie: string | undefined;
};

/** Longer than a request takes while both cores are busy with the start of the service. */
const DEADLINE_MS = 60_000;

/**
 * Resolves to undefined if the connection was refused or broke before the reply was complete: what
 * the request did is then unknown. Each request has a connection of its own, so that descriptors
 * can be compared.
 */
export function callService(
  url: string,
  { method, path, body, headers = {} }: Call,
): Promise<Reply | undefined> {
  const text = body === undefined ? '' : JSON.stringify(body);
  const length =
    body === undefined
      ? {}
      : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) };
  return new Promise((resolve) => {
    const lost = (): void => resolve(undefined);
    const outgoing = request(
      new URL(path, url),
      {
        method,
        headers: { ...length, ...headers },
        agent: false,
        signal: AbortSignal.timeout(DEADLINE_MS),
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', lost);
        response.on('aborted', lost);
        response.on('end', () => {
          if (!response.complete) return lost();
          const whole = Buffer.concat(chunks).toString('utf8');
          resolve(replyOf(response.statusCode ?? 0, whole, response.headers));
        });
      },
    );
    outgoing.on('error', lost);
    outgoing.end(text);
  });
}

function replyOf(status: number, text: string, headers: IncomingHttpHeaders): Reply {
  const [type = ''] = headers['content-type']?.split(';') ?? [];
  const body = type.endsWith('json') ? (JSON.parse(text) as Record<string, unknown>) : {};
  const [cookie] = headers['set-cookie']?.[0]?.split(';') ?? [];
  const { code } = body;
  return { status, code: typeof code === 'string' ? code : '', text, body, cookie };
}
