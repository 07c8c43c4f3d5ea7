/**
 * Pebble, the test server of Let's Encrypt, with a name server that it asks. Without the program,
 * the tests are skipped and report it; `REQUIRE_ALL=1` makes that a failure. It is installed with
 * `go install github.com/letsencrypt/pebble/v2/cmd/pebble@v2.10.3`.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { get } from 'node:https';
import { createServer, type Server } from 'node:net';
import { homedir, tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import type { ExecutionContext } from 'ava';
import { openAcmeAuthority } from '../../src/adapters/acme-authority.js';
import type { CertificateAuthority } from '../../src/certificates/certificate-authority.js';
import { mintIdentity } from '../http/mint-identity.js';
import { freePort } from '../../scripts/local/free-port.js';
import { DEBIAN, HAS_POSTGRES } from '../../scripts/local/postgres-server.js';
import { testThatNeeds } from '../test-that-needs.js';
import { until } from '../until.js';

function findProgram(): string | undefined {
  const { PATH = '', GOPATH = join(homedir(), 'go') } = process.env;
  const folders = [...PATH.split(delimiter), ...GOPATH.split(delimiter).map((p) => join(p, 'bin'))];
  return folders.map((folder) => join(folder, 'pebble')).find((file) => existsSync(file));
}

const PROGRAM = findProgram();

const TYPE_A = 1;

/** Answers a question of the DNS: every name has one IPv4 address, and nothing else. */
function answerTo(question: Buffer, address: string): Buffer {
  let end = 12;
  while ((question[end] ?? 0) !== 0) end += (question[end] ?? 0) + 1;
  const asked = question.subarray(12, end + 5);
  const isA = question.readUInt16BE(end + 1) === TYPE_A;
  const header = Buffer.from([0, 0, 0x81, 0x80, 0, 1, 0, isA ? 1 : 0, 0, 0, 0, 0]);
  question.copy(header, 0, 0, 2);
  const record = Buffer.from([0xc0, 12, 0, TYPE_A, 0, 1, 0, 0, 0, 0, 0, 4]);
  const octets = Buffer.from(address.split('.').map(Number));
  return Buffer.concat(isA ? [header, asked, record, octets] : [header, asked]);
}

/** Serves over TCP, where a message follows its length. The program asks in no other way. */
async function startNameServer(addressNow: () => string): Promise<Server> {
  const server = createServer((socket) => {
    let received = Buffer.alloc(0);
    socket.on('error', () => undefined);
    socket.on('data', (chunk: Buffer) => {
      received = Buffer.concat([received, chunk]);
      while (received.length > 2 && received.length >= 2 + received.readUInt16BE(0)) {
        const end = 2 + received.readUInt16BE(0);
        const answer = answerTo(received.subarray(2, end), addressNow());
        socket.write(Buffer.concat([Buffer.from([0, answer.length]), answer]));
        received = received.subarray(end);
      }
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

const portOf = (server: Server | undefined): number => {
  const address = server?.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
};

/** An authority that validates at one port of this machine. */
export class Pebble {
  /** Where all names lead. */
  address = '127.0.0.1';
  readonly directory: string;
  /** A file with the root of the authority's own connection. */
  readonly caFile: string;
  /** The content of that file. */
  readonly ca: string;
  readonly #folder: string;
  readonly #management: number;
  #names: Server | undefined;
  #process: ChildProcess | undefined;

  private constructor(folder: string, ca: string, port: number, management: number) {
    this.#folder = folder;
    this.#management = management;
    this.ca = ca;
    this.caFile = join(folder, 'certificate.pem');
    this.directory = `https://127.0.0.1:${port}/dir`;
  }

  /** Starts an authority that connects to `tlsPort` for its challenges. */
  static async start(tlsPort: number): Promise<Pebble> {
    const folder = await mkdtemp(join(tmpdir(), 'pebble-'));
    const { certificate, key } = await mintIdentity();
    const [port, management] = [await freePort(), await freePort()];
    const pebble = new Pebble(folder, certificate, port, management);
    const files = { certificate: pebble.caFile, privateKey: join(folder, 'key.pem') };
    const settings = {
      listenAddress: `127.0.0.1:${port}`,
      managementListenAddress: `127.0.0.1:${management}`,
      ...files,
      httpPort: 1,
      tlsPort,
      externalAccountBindingRequired: false,
    };
    await writeFile(files.certificate, certificate);
    await writeFile(files.privateKey, key);
    await writeFile(join(folder, 'config.json'), JSON.stringify({ pebble: settings }));
    pebble.#names = await startNameServer(() => pebble.address);
    await pebble.run();
    return pebble;
  }

  /** Starts the program, which has forgotten all accounts and orders of an earlier run. */
  async run(): Promise<void> {
    const dns = `127.0.0.1:${portOf(this.#names)}`;
    const args = ['-config', join(this.#folder, 'config.json'), '-dnsserver', dns];
    // Each renewal is validated again, at once, and no nonce is rejected at random.
    const env = { PEBBLE_VA_NOSLEEP: '1', PEBBLE_AUTHZREUSE: '0', PEBBLE_WFE_NONCEREJECT: '0' };
    this.#process = spawn(PROGRAM ?? 'pebble', args, { env, stdio: 'ignore' });
    await until('the authority answers', () => this.#fetch(this.directory).catch(() => false));
  }

  /** The service's client of this authority. */
  authority(): CertificateAuthority {
    const { directory, ca } = this;
    return openAcmeAuthority({ directory, contact: 'mailto:operator@sealwright.example', ca });
  }

  /** Ends the program, as if the authority were away. */
  async halt(): Promise<void> {
    const running = this.#process;
    if (running === undefined) return;
    const ended = once(running, 'exit');
    running.kill('SIGKILL');
    await ended;
    this.#process = undefined;
  }

  async close(): Promise<void> {
    await this.halt();
    this.#names?.close();
    await rm(this.#folder, { recursive: true, force: true });
  }

  /** Returns the root that clients of the certified service trust, in PEM. */
  root(): Promise<string> {
    return this.#fetch(`https://127.0.0.1:${this.#management}/roots/0`);
  }

  #fetch(url: string): Promise<string> {
    return new Promise((resolve, reject) => {
      get(url, { ca: this.ca, agent: false }, (response) => {
        let text = '';
        response.on('data', (chunk: Buffer) => (text += chunk.toString()));
        response.on('end', () => resolve(text));
      }).on('error', reject);
    });
  }
}

type Body = (t: ExecutionContext, pebble: Pebble, tlsPort: number) => Promise<void>;

const withPebble =
  (body: Body) =>
  async (t: ExecutionContext): Promise<void> => {
    const tlsPort = await freePort();
    const pebble = await Pebble.start(tlsPort);
    t.teardown(() => pebble.close());
    await body(t, pebble, tlsPort);
  };

/** Declares a test with an authority of its own, which validates at the given port. */
export function testWithPebble(title: string, body: Body): void {
  testThatNeeds('pebble', PROGRAM !== undefined, title, withPebble(body));
}

/** Declares a test as above that needs a database server as well. */
export function testWithPebbleAndPostgres(title: string, body: Body): void {
  const areThere = PROGRAM !== undefined && HAS_POSTGRES;
  testThatNeeds(`pebble, or no PostgreSQL in ${DEBIAN}`, areThere, title, withPebble(body));
}
