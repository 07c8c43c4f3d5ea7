/**
 * Stands in for the API of Phala Cloud, as far as its command line uses it. It composes the
 * app-compose file from what the tool posts and from the members that the platform is known to
 * write, and tells whether a change needs an allowance on chain, as the real one does with status
 * 465.
 */
import { createDecipheriv, diffieHellman, generateKeyPairSync, createPublicKey } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { sha256Hex } from '../../attestation/bytes.js';

type Members = { readonly [name: string]: unknown };

/** A request that the tool made. */
export type Posted = { readonly route: string; readonly body: Members };

/** The stand-in, and what it was asked. */
export type PhalaApi = {
  readonly url: string;
  readonly posted: readonly Posted[];
  /** The app-compose file that runs, and the one that was prepared last. */
  readonly file: () => string;
  readonly prepared: () => string;
  /** The values that the tool encrypted last. */
  readonly environment: () => Members;
  readonly close: () => Promise<void>;
};

export const CVM_ID = '0123456789ab4cde8123456789abcdef';
export const COMMIT_TOKEN = 'one-time-token';
const APP_ID = '5e'.repeat(20);

/** What the platform writes besides, as in the files that it shows. */
const BESIDES: Members = {
  features: ['kms', 'tproxy-net'],
  gateway_enabled: true,
  kms_enabled: true,
  local_key_provider_enabled: false,
  manifest_version: 2,
  no_instance_id: false,
  public_tcbinfo: true,
  runner: 'docker-compose',
  secure_time: false,
  tproxy_enabled: true,
};

function composed(members: Members): string {
  const sorted = Object.entries(members).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify(Object.fromEntries(sorted));
}

const pick = (from: Members, names: readonly string[]): Members =>
  Object.fromEntries(Object.entries(from).filter(([name]) => names.includes(name)));

const FILE_MEMBERS = [
  'allowed_envs',
  'docker_compose_file',
  'pre_launch_script',
  'public_logs',
  'public_sysinfo',
];

const keys = generateKeyPairSync('x25519');
const PUBLIC_KEY = keys.publicKey.export({ type: 'spki', format: 'der' }).subarray(-32);
const SPKI_PREFIX = Buffer.from('302a300506032b656e032100', 'hex');

/** Opens what dstack's tools encrypt: an ephemeral X25519 key, a nonce, and AES-256-GCM. */
function decrypted(encrypted: unknown): Members {
  const bytes = Buffer.from(String(encrypted), 'hex');
  const publicKey = createPublicKey({
    key: Buffer.concat([SPKI_PREFIX, bytes.subarray(0, 32)]),
    format: 'der',
    type: 'spki',
  });
  const secret = diffieHellman({ privateKey: keys.privateKey, publicKey });
  const opening = createDecipheriv('aes-256-gcm', secret, bytes.subarray(32, 44));
  opening.setAuthTag(bytes.subarray(-16));
  const text = Buffer.concat([opening.update(bytes.subarray(44, -16)), opening.final()]);
  const { env } = JSON.parse(text.toString()) as { env: { key: string; value: string }[] };
  return Object.fromEntries(env.map(({ key, value }) => [key, value]));
}

const KMS = {
  id: 'kms_1',
  slug: 'kms-base',
  url: 'https://kms.example',
  version: '0.5.5',
  chain_id: 8453,
  kms_contract_address: `0x${'ab'.repeat(20)}`,
  gateway_app_id: `0x${'cd'.repeat(20)}`,
};

const CREATED = {
  id: 1,
  name: 'sealwright',
  status: 'running',
  teepod_id: 1,
  teepod: null,
  user_id: 1,
  app_id: APP_ID,
  vm_uuid: CVM_ID,
  instance_id: null,
  base_image: null,
  vcpu: 1,
  memory: 2048,
  disk_size: 40,
  docker_compose_file: null,
  created_at: '2026-11-29T00:00:00Z',
  encrypted_env_pubkey: null,
};

/** The description of a machine in the form of each version of the API. */
const machineOf = (version: unknown): Members =>
  version === '2025-10-28'
    ? { ...CREATED, kms_info: KMS }
    : {
        id: CVM_ID,
        name: CREATED.name,
        app_id: APP_ID,
        vm_uuid: CVM_ID,
        status: 'running',
        resource: {},
        gateway: {},
        kms_type: 'base',
        kms_info: { chain_id: KMS.chain_id },
      };

async function bodyOf(incoming: IncomingMessage): Promise<Members> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString();
  return text === '' ? {} : (JSON.parse(text) as Members);
}

type Reply = readonly [status: number, body: Members];

/** One machine, from its first deployment on. */
class Machine {
  readonly posted: Posted[] = [];
  members: Members = {};
  next: Members = {};
  environment: Members = {};

  answer(route: string, body: Members, headers: IncomingMessage['headers']): Reply {
    this.posted.push({ route, body });
    if (body['encrypted_env'] !== undefined) {
      this.environment = decrypted(body['encrypted_env']);
    }
    switch (route) {
      case 'POST /cvms/provision':
        return this.#provision(body);
      case 'POST /cvms':
        return [200, CREATED];
      case `GET /cvms/${CVM_ID}`:
        return [200, machineOf(headers['x-phala-version'])];
      case `GET /kms/${KMS.slug}/pubkey/${APP_ID}`:
      case `GET /kms/base/pubkey/${APP_ID}`:
        return [200, { public_key: PUBLIC_KEY.toString('hex'), signature: '00' }];
      case `PATCH /cvms/${CVM_ID}`:
        return this.#change({ ...this.members, ...pick(body, FILE_MEMBERS) }, {});
      case `PATCH /cvms/${CVM_ID}/envs`:
        return this.#change(
          { ...this.members, allowed_envs: body['env_keys'] },
          { status: 'in_progress', message: '', allowed_envs_changed: false },
        );
      case `POST /cvms/${CVM_ID}/commit-update`:
        this.members = this.next;
        return [200, { correlation_id: 'c', status: 'committed' }];
      case `POST /cvms/${CVM_ID}/restart`:
        return [200, CREATED];
      default:
        return [404, { detail: route }];
    }
  }

  #provision({ compose_file: file }: Members): Reply {
    this.members = { ...BESIDES, ...(file as Members) };
    return [
      200,
      {
        app_id: APP_ID,
        app_env_encrypt_pubkey: PUBLIC_KEY.toString('hex'),
        compose_hash: sha256Hex(composed(this.members)),
        kms_info: KMS,
      },
    ];
  }

  #change(next: Members, accepted: Members): Reply {
    this.next = next;
    const hash = sha256Hex(composed(next));
    if (hash === sha256Hex(composed(this.members))) {
      return [200, { correlation_id: 'c', ...accepted }];
    }
    const details = Object.entries({
      compose_hash: hash,
      app_id: APP_ID,
      device_id: '00',
      kms_info: KMS,
      commit_token: COMMIT_TOKEN,
      commit_url: 'https://cloud.example',
      api_commit_url: 'https://cloud.example',
    }).map(([field, value]) => ({ field, value }));
    return [465, { detail: { error_code: 'ERR-03-009', message: 'hash', details } }];
  }
}

export async function startPhalaApi(): Promise<PhalaApi> {
  const machine = new Machine();
  const server = createServer((incoming, outgoing) => {
    void bodyOf(incoming).then((body) => {
      const route = `${incoming.method ?? ''} ${(incoming.url ?? '').replace('/api/v1', '')}`;
      const [status, reply] = machine.answer(route, body, incoming.headers);
      outgoing.writeHead(status, { 'content-type': 'application/json' });
      outgoing.end(JSON.stringify(reply));
    });
  });
  await new Promise<void>((done) => void server.listen(0, '127.0.0.1', done));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/api/v1`,
    posted: machine.posted,
    file: () => composed(machine.members),
    prepared: () => composed(machine.next),
    environment: () => machine.environment,
    close: () => new Promise((done) => void server.close(() => done())),
  };
}
