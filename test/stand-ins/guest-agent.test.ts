import { readFileSync } from 'node:fs';
import { request } from 'node:http';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createHash } from 'node:crypto';
import { test } from '../test.js';
import { DstackClient } from '@phala/dstack-sdk';
import { secp256k1 } from '@noble/curves/secp256k1';
import { keccak_256 } from '@noble/hashes/sha3';
import { parseAppKeys } from '../../scripts/stand-ins/guest-agent/app-keys.js';
import { startGuestAgent } from '../../scripts/stand-ins/guest-agent/start-guest-agent.js';
import { hex, utf8 } from '../../src/protocol/bytes.js';

type Exchange = {
  readonly name: string;
  readonly request: {
    readonly method: string;
    readonly path: string;
    readonly headers: Readonly<Record<string, string>>;
    readonly body: string | null;
  };
  readonly response: {
    readonly status: number;
    readonly contentType: string;
    readonly body: string | null;
    readonly bodyHex?: string;
  };
};

const vectors = new URL('../../../test/vectors/dstack/', import.meta.url);
const exchanges = readFileSync(new URL('guest-agent-exchanges.jsonl', vectors), 'utf8')
  .split('\n')
  .filter(Boolean)
  .map((line) => JSON.parse(line) as Exchange);
const appKeys = parseAppKeys(readFileSync(new URL('app-keys.json', vectors), 'utf8'));

type Answer = { readonly status: number; readonly type: string; readonly body: Buffer };

function send(base: string, { method, path, headers, body }: Exchange['request']): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const length = body === null ? {} : { 'content-length': String(Buffer.byteLength(body)) };
    const target = new URL(path, base);
    const out = request(target, { method, headers: { ...headers, ...length } }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          type: response.headers['content-type'] ?? '',
          body: Buffer.concat(chunks),
        }),
      );
    });
    out.on('error', reject);
    out.end(body ?? undefined);
  });
}

test('the stand-in responds like the recorded official simulator', async (t) => {
  const agent = await startGuestAgent({ port: 0, appKeys });
  t.teardown(() => agent.close());
  t.is(exchanges.length, 38);
  for (const { name, request: sent, response } of exchanges) {
    const got = await send(agent.endpoint, sent);
    t.is(got.status, response.status, name);
    t.is(got.type, response.contentType, name);
    if (response.bodyHex !== undefined) t.is(got.body.toString('hex'), response.bodyHex, name);
    else if (name.startsWith('Version')) t.is(JSON.parse(got.body.toString()).version, '0.6.0');
    else if (response.contentType === 'application/json') {
      t.deepEqual(JSON.parse(got.body.toString()), JSON.parse(response.body ?? ''), name);
    } else t.is(got.body.toString(), response.body ?? '', name);
  }
});

for (const transport of ['http', 'socket'] as const) {
  test(`the dstack SDK drives the stand-in over ${transport}`, async (t) => {
    const socketPath = join(await mkdtemp(join(tmpdir(), 'agent-')), 'dstack.sock');
    const agent = await startGuestAgent(transport === 'http' ? { port: 0 } : { socketPath });
    t.teardown(() => agent.close());
    const sdk = new DstackClient(agent.endpoint);
    const { key, signature_chain: chain } = await sdk.getKey('a/path', 'purpose', 'secp256k1');
    t.is(key.length, 32);
    const publicKey = secp256k1.getPublicKey(key, true);
    const digest = keccak_256(utf8(`purpose:${hex(publicKey)}`));
    const [endorsement] = chain;
    t.is(endorsement?.length, 65);
    const appKey = secp256k1.Signature.fromCompact(
      (endorsement ?? new Uint8Array()).subarray(0, 64),
    )
      .addRecoveryBit(endorsement?.[64] ?? 0)
      .recoverPublicKey(digest);
    t.is(appKey.toHex(true).length, 66);
    const quote = await sdk.getQuote(Buffer.alloc(64, 7));
    t.is(Buffer.from(quote.quote, 'hex').subarray(568, 632).toString('hex'), '07'.repeat(64));
    const info = await sdk.info();
    const { app_compose: compose, rtmr3 } = info.tcb_info;
    t.is(info.compose_hash, createHash('sha256').update(compose).digest('hex'));
    t.is(rtmr3, Buffer.from(quote.quote, 'hex').subarray(520, 568).toString('hex'));
  });
}
