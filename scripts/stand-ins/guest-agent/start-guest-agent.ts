/** The agent's HTTP: `POST /<Method>` with JSON, on a Unix socket or on loopback. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { rm } from 'node:fs/promises';
import { type AppKeys, deriveAppKeys, DEVELOPMENT_SEED } from './app-keys.js';
import { AgentError } from './agent-error.js';
import { parseArguments } from './arguments.js';
import { composeHashOf, DEVELOPMENT_COMPOSE } from './compose-file.js';
import { createMachine, type Machine } from './machine.js';
import { METHODS } from './methods.js';
import { NOT_FOUND_PAGE } from './not-found-page.js';

/** How the agent misbehaves, for every method: an error, silence, another shape, a closed connection. */
export type AgentFault = 'error' | 'hang' | 'wrong-shape' | 'close';

export type GuestAgentOptions = {
  readonly socketPath?: string;
  readonly port?: number;
  readonly seed?: Uint8Array;
  readonly compose?: Uint8Array;
  readonly appKeys?: AppKeys;
  readonly fault?: AgentFault;
};

export type GuestAgent = {
  /** An http URL or a socket path, as the SDK takes it. */
  readonly endpoint: string;
  readonly requests: readonly { readonly method: string }[];
  setFault(fault?: AgentFault): void;
  close(): Promise<void>;
};

const MAX_BODY_BYTES = 10 * 1024 * 1024;

export async function startGuestAgent(options: GuestAgentOptions): Promise<GuestAgent> {
  const compose = options.compose ?? DEVELOPMENT_COMPOSE;
  const appId = composeHashOf(compose).subarray(0, 20);
  const keys = options.appKeys ?? deriveAppKeys(options.seed ?? DEVELOPMENT_SEED, appId);
  const machine = createMachine(keys, compose);
  const requests: { method: string }[] = [];
  let fault = options.fault;
  const server = createServer((request, response) => {
    requests.push({ method: (request.url ?? '').split('?')[0]?.slice(1) ?? '' });
    answer(machine, fault, request, response).catch(() => response.destroy());
  });
  const endpoint = await listen(server, options);
  return {
    endpoint,
    requests,
    setFault: (next) => {
      fault = next;
    },
    close: () => close(server, options.socketPath),
  };
}

async function listen(
  server: Server,
  { socketPath, port = 0 }: GuestAgentOptions,
): Promise<string> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    if (socketPath === undefined) server.listen(port, '127.0.0.1', resolve);
    else server.listen(socketPath, resolve);
  });
  const bound = server.address();
  if (typeof bound === 'string') return bound;
  return `http://127.0.0.1:${bound?.port ?? port}`;
}

async function close(server: Server, socketPath: string | undefined): Promise<void> {
  const closed = new Promise<void>((resolve) => void server.close(() => resolve()));
  server.closeAllConnections();
  await closed;
  if (socketPath !== undefined) await rm(socketPath, { force: true });
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > MAX_BODY_BYTES) throw new Error('too large');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

async function answer(
  machine: Machine,
  fault: AgentFault | undefined,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://agent');
  const body = await readBody(request);
  if (fault !== undefined) return misbehave(fault, response);
  const name = url.pathname.slice(1);
  if (name === '' || name.includes('/')) {
    return send(response, 404, 'text/html; charset=utf-8', NOT_FOUND_PAGE);
  }
  const query = JSON.stringify(Object.fromEntries(url.searchParams));
  const isGet = request.method === 'GET';
  if (!isGet && !isJson(request.headers['content-type'])) return sendProtobufError(response);
  try {
    const method = METHODS.get(name);
    if (method === undefined) throw new AgentError(`Service not found: ${name}`);
    const args = parseArguments(isGet ? query : body, `${name}Args`);
    send(response, 200, 'application/json', JSON.stringify(method(machine, args)));
  } catch (error) {
    if (!(error instanceof AgentError)) throw error;
    const text = JSON.stringify({ error: error.message }, null, 2);
    send(response, 400, 'application/json', text);
  }
}

const isJson = (type: string | undefined): boolean =>
  type?.split(';')[0]?.trim().toLowerCase() === 'application/json';

// An agent takes anything but JSON for protobuf, and says in protobuf that it is none: field 1, a text.
function sendProtobufError(response: ServerResponse): void {
  const text = Buffer.from('failed to decode Protobuf message: buffer underflow');
  const message = Buffer.concat([Buffer.from([0x0a, text.length]), text]);
  response.writeHead(400, {
    'content-type': 'application/octet-stream',
    'content-length': message.length,
  });
  response.end(message);
}

function send(response: ServerResponse, status: number, type: string, text: string): void {
  const bytes = Buffer.from(text);
  response.writeHead(status, { 'content-type': type, 'content-length': bytes.length });
  response.end(bytes);
}

function misbehave(fault: AgentFault, response: ServerResponse): void {
  switch (fault) {
    case 'error':
      return send(response, 400, 'application/json', '{"error":"internal error"}');
    case 'wrong-shape':
      return send(response, 200, 'application/json', '{"unexpected":true}');
    case 'close':
      response.destroy();
      return;
    case 'hang':
  }
}
