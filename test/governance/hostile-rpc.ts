/** An RPC provider that passes calls on to an honest one and changes what the test says. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ExecutionContext } from 'ava';

/** A call, and what the honest provider answers. */
export type Passed = {
  readonly method: string;
  readonly params: readonly unknown[];
  /** Resolves to the honest result. */
  readonly honest: () => Promise<unknown>;
};

/** An answer in place of a result: an error of JSON-RPC, a status, or a text. */
export class Instead {
  readonly status: number;
  readonly text: string;

  constructor(status: number, reply: object | string) {
    this.status = status;
    this.text =
      typeof reply === 'string' ? reply : JSON.stringify({ jsonrpc: '2.0', id: 1, ...reply });
  }

  /** An error of JSON-RPC. */
  static error(code: number, message: string): Instead {
    return new Instead(200, { error: { code, message } });
  }
}

export type HostileRpc = { readonly url: string; readonly asked: Omit<Passed, 'honest'>[] };

/** Starts a provider that ends with the test. `answer` returns a result or an `Instead`. */
export async function startHostileRpc(
  t: Pick<ExecutionContext, 'teardown'>,
  honestUrl: string,
  answer: (call: Passed) => unknown,
): Promise<HostileRpc> {
  const asked: Omit<Passed, 'honest'>[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => void reply(Buffer.concat(chunks).toString('utf8')));
    const reply = async (text: string): Promise<void> => {
      const { method, params } = JSON.parse(text) as Omit<Passed, 'honest'>;
      asked.push({ method, params });
      const honest = () => passOn(honestUrl, text);
      const given: unknown = await answer({ method, params, honest });
      const { status, text: body } =
        given instanceof Instead ? given : new Instead(200, { result: given });
      response.writeHead(status, { 'content-type': 'application/json' }).end(body);
    };
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
}

async function passOn(url: string, text: string): Promise<unknown> {
  const headers = { 'content-type': 'application/json' };
  const answer = await fetch(url, { method: 'POST', headers, body: text });
  const { result, error } = (await answer.json()) as {
    readonly result?: unknown;
    readonly error?: { readonly code: number; readonly message: string };
  };
  return error === undefined ? result : Instead.error(error.code, error.message);
}
