/** The opinion of a dstack-verifier: asked with the same evidence, compared, and untrusted. */
import { createServer } from 'node:http';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ExecutionContext } from 'ava';
import { reportSchema } from '../../attestation/report.js';
import { freePort } from '../../scripts/local/free-port.js';
import { readBareBundle } from '../../scripts/samples/bare-bundles.js';
import { test } from '../test.js';
import { runVerifier } from './run-verifier.js';

const BUNDLE = readBareBundle('near-mpc-2026-08');
const { quote: QUOTE } = JSON.parse(BUNDLE) as { readonly quote: string };
/** Where the report data of a quote of version 4 is, in hex digits. */
const REPORT_DATA = QUOTE.slice(2 * 568, 2 * 632);

type Asked = { readonly method?: string; readonly url?: string; readonly body: string };

/** Starts a verifier that answers with a text, and records what it was asked. */
async function startVerifier(t: ExecutionContext, status: number, answer: string) {
  const asked: Asked[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString('utf8')));
    request.on('end', () => {
      asked.push({ method: request.method ?? '', url: request.url ?? '', body });
      response.writeHead(status, { 'content-type': 'application/json' }).end(answer);
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => void server.close());
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v`, asked };
}

async function verifyWith(t: ExecutionContext, url: string, bundleText = BUNDLE) {
  const folder = await mkdtemp(join(tmpdir(), 'sealwright-opinion-'));
  t.teardown(() => rm(folder, { recursive: true, force: true }));
  const bundle = join(folder, 'bundle.json');
  await writeFile(bundle, bundleText);
  const args = [bundle, '--at', '1786622400', '--json', '--second-opinion', url];
  const { code, out, err } = await runVerifier(args);
  const report = out === '' ? undefined : reportSchema.parse(JSON.parse(out));
  const check = report?.checks.find(({ id }) => id === 'quote.dstack-verifier');
  const composeHash = report?.checks.find(({ id }) => id === 'compose.hash')?.measured;
  return { code, err, check, composeHash };
}

const verdict = (changes: object = {}, details: object = {}): string =>
  JSON.stringify({
    is_valid: true,
    reason: null,
    details: {
      quote_verified: true,
      event_log_verified: true,
      os_image_hash_verified: true,
      report_data: REPORT_DATA,
      tcb_status: 'UpToDate',
      advisory_ids: [],
      app_info: { compose_hash: COMPOSE_HASH, os_image_hash: '00' },
      ...details,
    },
    ...changes,
  });

/** The compose hash in the boot log of the bundle. */
const COMPOSE_HASH = (() => {
  const { event_log: log } = JSON.parse(BUNDLE) as { readonly event_log: string };
  const events = JSON.parse(log) as readonly { event: string; event_payload: string }[];
  return events.find(({ event }) => event === 'compose-hash')?.event_payload ?? '';
})();

test('a verifier that accepts the same evidence agrees, and gets exactly the evidence', async (t) => {
  const { url, asked } = await startVerifier(t, 200, verdict());
  const { check } = await verifyWith(t, url);
  t.is(check?.status, 'pass', check?.measured);
  t.regex(check?.measured ?? '', /UpToDate/);
  const [request] = asked;
  t.is(`${request?.method} ${request?.url}`, 'POST /v/verify');
  const sent = JSON.parse(request?.body ?? '{}') as Record<string, unknown>;
  t.deepEqual(Object.keys(sent).toSorted(), ['event_log', 'quote', 'vm_config']);
  t.is(sent['quote'], QUOTE);
});

test('a verifier that rejects, or that read something else, rejects the evidence', async (t) => {
  const rows = [
    [verdict({ is_valid: false, reason: 'RTMR0 differs' }), /RTMR0 differs/],
    [verdict({}, { report_data: '00'.repeat(64) }), /other report data/],
    [verdict({}, { report_data: null }), /other report data/],
    [verdict({}, { app_info: { compose_hash: 'ab'.repeat(32) } }), /another compose hash/],
    [verdict({}, { app_info: null }), /another compose hash/],
    [verdict({ is_valid: false, reason: '\u001b[31mred' }), /\?\[31mred/],
  ] as const;
  for (const [answer, words] of rows) {
    const { url } = await startVerifier(t, 200, answer);
    const { code, check } = await verifyWith(t, url);
    t.is(code, 1);
    t.is(check?.status, 'fail', answer);
    t.regex(check?.measured ?? '', words);
  }
});

test('a verifier that gives no verdict leaves the question open', async (t) => {
  const noVerdict = 'the dstack-verifier gave no verdict';
  for (const [status, answer, why] of [
    [500, verdict(), 'it answered with status 500'],
    [200, 'yes', 'its answer is not JSON'],
    [200, '{"is_valid":"true","details":{}}', 'its answer has another form'],
    [200, `{"is_valid":true,"more":"${'x'.repeat(1_100_000)}"}`, 'the reply is too large'],
  ] as const) {
    const { url } = await startVerifier(t, status, answer);
    const { code, err } = await verifyWith(t, url);
    t.is(code, 2, answer.slice(0, 40));
    t.true(err.includes(`could not be checked: ${noVerdict}: ${why}`), err);
  }
  const { code, err } = await verifyWith(t, `http://127.0.0.1:${await freePort()}`);
  t.is(code, 2);
  t.true(err.includes(`${noVerdict}: nothing listens there`), err);
});

test('a text that is no bundle is judged as such, and not sent', async (t) => {
  const { url, asked } = await startVerifier(t, 200, verdict());
  const { code } = await verifyWith(t, url, '{}');
  t.is(code, 1);
  t.is(asked.length, 0);
});
