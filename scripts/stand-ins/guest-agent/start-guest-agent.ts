/**
 * Serves the agent's HTTP interface: `POST /<Method>` with JSON, on a Unix socket or on loopback.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { rm } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { type AppKeys, deriveAppKeys, DEVELOPMENT_SEED, kmsRootOf } from './app-keys.js';
import { AgentError } from './agent-error.js';
import { parseArguments, type Arguments } from './arguments.js';
import { composeHashOf, DEVELOPMENT_COMPOSE } from './compose-file.js';
import { createMachine, type Machine, type MachineOptions } from './machine.js';
import { METHODS } from './methods.js';
import { NOT_FOUND_PAGE } from './not-found-page.js';
import { mintPki, type PkiOptions, type TestPki } from './pki/mint-pki.js';
import { createSimulatorMachine, type SimulatorAnswers } from './simulator-machine.js';
import { type Pccs, startPccs } from './start-pccs.js';

/**
 * How the agent misbehaves: an error, no response, another shape, a closed connection, or a quote
 * over other report data.
 */
export type AgentFault = 'error' | 'hang' | 'wrong-shape' | 'close' | 'other-report-data';

export type GuestAgentOptions = {
  readonly socketPath?: string;
  readonly port?: number;
  readonly seed?: Uint8Array;
  readonly compose?: Uint8Array;
  readonly appKeys?: AppKeys;
  readonly fault?: AgentFault;
  /** How long a quote takes, in milliseconds. */
  readonly quoteMs?: number;
  /** Without a KMS, the application's key has no signature. */
  readonly kms?: boolean;
  /** Responds as an agent of dstack 0.5.1 does: without `Version` and without `vm_config`. */
  readonly isOld?: boolean;
  /** Also serves the platform's collateral. */
  readonly pccs?: boolean;
  /** The errors that the platform's authority makes. */
  readonly pki?: PkiOptions;
  /** Responds as the official simulator does, instead of as a consistent machine. */
  readonly simulator?: SimulatorAnswers;
} & Omit<MachineOptions, 'keys' | 'compose' | 'pki'>;

export type GuestAgent = {
  /** An http URL or a socket path, in the form that the SDK accepts. */
  readonly endpoint: string;
  readonly requests: readonly { readonly method: string }[];
  /** What the platform's authority published. */
  readonly pki: TestPki;
  /** The compressed key, in hex, of the KMS that issued the application's key. */
  readonly kmsRootPublicKey: string;
  readonly pccs: Pccs | undefined;
  /**
   * Sets a fault, for all methods or for `method` only. Requests that hang because of the previous
   * fault lose their connection.
   */
  setFault(fault?: AgentFault, method?: string): void;
  close(): Promise<void>;
};

const MAX_BODY_BYTES = 10 * 1024 * 1024;

let minted: Promise<TestPki> | undefined;

/**
 * Returns a platform authority without errors. One is shared by the whole process, because creating
 * it is slow.
 */
function honestPki(): Promise<TestPki> {
  minted ??= mintPki();
  return minted;
}

export async function startGuestAgent(options: GuestAgentOptions): Promise<GuestAgent> {
  const compose = options.compose ?? DEVELOPMENT_COMPOSE;
  const appId = composeHashOf(compose).subarray(0, 20);
  const seed = options.seed ?? DEVELOPMENT_SEED;
  const keys = options.appKeys ?? deriveAppKeys(seed, appId, options.kms);
  const pki = await (options.pki === undefined ? honestPki() : mintPki(options.pki));
  const machine =
    options.simulator === undefined
      ? await createMachine({ ...options, keys, compose, pki })
      : createSimulatorMachine(keys, options.simulator);
  const pccs = options.pccs === true ? await startPccs(pki.collateral) : undefined;
  const requests: { method: string }[] = [];
  let fault: Misbehavior | undefined = options.fault && { kind: options.fault };
  const hanging = new Set<ServerResponse>();
  const { isOld = false } = options;
  const server = createServer((request, response) => {
    requests.push({ method: (request.url ?? '').split('?')[0]?.slice(1) ?? '' });
    const isQuote = request.url?.split('?')[0] === '/GetQuote';
    sleep(isQuote ? (options.quoteMs ?? 0) : 0)
      .then(() => answer({ machine, fault, hanging, isOld }, request, response))
      .catch(() => response.destroy());
  });
  const endpoint = await listen(server, options);
  return {
    endpoint,
    requests,
    pki,
    kmsRootPublicKey: kmsRootOf(seed),
    pccs,
    setFault: (kind, method) => {
      fault = kind && { kind, ...(method === undefined ? {} : { method }) };
      for (const response of hanging) response.destroy();
      hanging.clear();
    },
    close: async () => {
      await pccs?.close();
      await close(server, options.socketPath);
    },
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

type AgentState = {
  readonly machine: Machine;
  readonly fault: Misbehavior | undefined;
  readonly hanging: Set<ServerResponse>;
  readonly isOld: boolean;
};

async function answer(
  { machine, fault, hanging, isOld }: AgentState,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://agent');
  const body = await readBody(request);
  const name = url.pathname.slice(1);
  const kind = fault?.method === undefined || fault.method === name ? fault?.kind : undefined;
  if (kind !== undefined && !isLie(kind)) return misbehave(kind, hanging, response);
  if (name === '' || name.includes('/')) {
    return send(response, 404, 'text/html; charset=utf-8', NOT_FOUND_PAGE);
  }
  const query = JSON.stringify(Object.fromEntries(url.searchParams));
  const isGet = request.method === 'GET';
  if (!isGet && !isJson(request.headers['content-type'])) return sendProtobufError(response);
  try {
    const method = isOld && name === 'Version' ? undefined : METHODS.get(name);
    if (method === undefined) throw new AgentError(`Service not found: ${name}`);
    const args = parseArguments(isGet ? query : body, `${name}Args`);
    const reply = name === 'GetQuote' ? distort(kind, args) : args;
    const said = await method(machine, reply);
    send(response, 200, 'application/json', JSON.stringify(isOld ? withoutVmConfig(said) : said));
  } catch (error) {
    if (!(error instanceof AgentError)) throw error;
    const text = JSON.stringify({ error: error.message }, null, 2);
    send(response, 400, 'application/json', text);
  }
}

const withoutVmConfig = (reply: object): object =>
  Object.fromEntries(Object.entries(reply).filter(([name]) => name !== 'vm_config'));

const isJson = (type: string | undefined): boolean =>
  type?.split(';')[0]?.trim().toLowerCase() === 'application/json';

// An agent assumes protobuf for any body that is not JSON, and reports the error in protobuf: field
// 1, a text.
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

type Misbehavior = { readonly kind: AgentFault; readonly method?: string };

const isLie = (kind: AgentFault): kind is 'other-report-data' => kind === 'other-report-data';

/** Returns arguments for a correctly signed quote over other report data. */
function distort(kind: AgentFault | undefined, args: Arguments): Arguments {
  return kind === 'other-report-data'
    ? parseArguments('{"report_data":"00"}', 'GetQuoteArgs')
    : args;
}

function misbehave(
  fault: Exclude<AgentFault, 'other-report-data'>,
  hanging: Set<ServerResponse>,
  response: ServerResponse,
): void {
  switch (fault) {
    case 'error':
      return send(response, 400, 'application/json', '{"error":"internal error"}');
    case 'wrong-shape':
      return send(response, 200, 'application/json', '{"unexpected":true}');
    case 'close':
      response.destroy();
      return;
    case 'hang':
      hanging.add(response);
  }
}
