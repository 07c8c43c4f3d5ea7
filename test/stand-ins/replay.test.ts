import { test } from '../test.js';
import { readdirSync, readFileSync } from 'node:fs';
import { request } from 'node:http';
import { startNode } from '../../scripts/stand-ins/tinycloud-node/start-node.js';
import { differences, type Exchange, type Received } from './compare-exchange.js';

const VECTORS = new URL('../../../test/vectors/tinycloud/', import.meta.url);

/**
 * Recordings that the stand-in does not reproduce, by `file/name`, with the reason. One that begins
 * to pass fails the test.
 */
const KNOWN_DIFFERENCES = new Map<string, string>();

const EXPECTED_COUNTS = { '': 325, 'edge/': 154 } as const;

for (const [folder, count] of Object.entries(EXPECTED_COUNTS)) {
  const files = readdirSync(new URL(folder, VECTORS)).filter((name) => name.endsWith('.jsonl'));

  test(`the ${folder === '' ? 'main' : 'edge'} recordings are complete`, (t) => {
    const exchanges = files.flatMap((file) => readExchanges(folder + file));
    t.is(exchanges.length, count);
  });

  for (const file of files) {
    test(`the stand-in answers ${folder}${file} like the real node`, async (t) => {
      const exchanges = readExchanges(folder + file);
      const startMs = exchanges[0]?.atUnixMs ?? 0;
      const node = await startNode({ clock: () => startMs });
      t.teardown(() => node.close());
      const failures: string[] = [];
      for (const exchange of exchanges) {
        const key = `${folder}${file.replace('.jsonl', '')}/${exchange.name}`;
        const found = differences(exchange, await send(node.url, exchange.request));
        const isKnown = KNOWN_DIFFERENCES.has(key);
        if (found.length > 0 && !isKnown) failures.push(`${key}: ${found.join('; ')}`);
        if (found.length === 0 && isKnown) failures.push(`${key} passes and is listed as failing`);
      }
      t.deepEqual(failures, []);
    });
  }
}

function readExchanges(file: string): readonly Exchange[] {
  const lines = readFileSync(new URL(file, VECTORS), 'utf8').split('\n');
  return lines.filter((line) => line !== '').map((line): Exchange => JSON.parse(line));
}

/** Sends one request on a separate connection, with exactly the recorded headers. */
function send(url: string, recorded: Exchange['request']): Promise<Received> {
  const { hostname, port } = new URL(url);
  const { method, path } = recorded;
  const body = Buffer.from(recorded.bodyBase64, 'base64');
  const hasLength = body.length > 0 || method === 'POST';
  const length = hasLength ? { 'content-length': String(body.length) } : {};
  const headers = { ...recorded.headers, ...length };
  return new Promise((resolve, reject) => {
    const sent = request({ hostname, port, method, path, headers, agent: false }, (answer) => {
      const chunks: Buffer[] = [];
      answer.on('data', (chunk: Buffer) => chunks.push(chunk));
      answer.on('end', () =>
        resolve({
          status: answer.statusCode ?? 0,
          headers: answer.headers,
          body: Buffer.concat(chunks),
        }),
      );
      answer.on('error', reject);
    });
    sent.on('error', reject);
    sent.end(body);
  });
}
