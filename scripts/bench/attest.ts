/**
 * Bench `attest`: many callers ask for fresh evidence at the same time, each with a nonce of its
 * own, from an agent that takes 100 ms for a quote. Every answer must contain its caller's nonce,
 * alone or in the tree of a shared quote. The baseline asks the same agent for one quote a nonce,
 * as many at a time as the service does.
 */
import { randomBytes } from 'node:crypto';
import { Agent, request } from 'undici';
import { table } from '../../src/console/draw.js';
import { type Bench, ratioOf, Started } from './bench.js';
import { startPlace, startService } from './service-side.js';
import { medianOf } from './statistics.js';

const QUOTE_MS = 100;
const NONCES = 500;
const ROUNDS = 7;
/** Rounds that open the connections and let the code be compiled, as in a service that runs. */
const WARM_UPS = 8;
const BASELINE_QUOTES = 20;
/** The service has two quotes made at a time. */
const AT_ONCE = 2;

type Round = { readonly wallMs: number; readonly p99Ms: number };

/** Asks for all nonces at once. Rejects unless every caller gets evidence. */
async function askAtOnce(url: string, dispatcher: Agent): Promise<Round> {
  const startedAtMs = performance.now();
  const times = await Promise.all(
    Array.from({ length: NONCES }, async () => {
      const nonce = randomBytes(32).toString('hex');
      const reply = await request(`${url}/attestation?nonce=${nonce}`, { dispatcher });
      const text = await reply.body.text();
      if (reply.statusCode !== 200) throw new Error(`attest: an answer is ${reply.statusCode}.`);
      if (!text.includes(nonce)) throw new Error('attest: evidence is not for its nonce.');
      return performance.now() - startedAtMs;
    }),
  );
  const sorted = times.toSorted((a, b) => a - b);
  return {
    wallMs: performance.now() - startedAtMs,
    p99Ms: sorted[Math.floor(sorted.length * 0.99)] ?? 0,
  };
}

/** Returns how long the agent takes for one quote a nonce, in milliseconds. */
async function measureSingleQuotes(agent: string): Promise<number> {
  let left = BASELINE_QUOTES;
  const startedAtMs = performance.now();
  const work = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      const body = JSON.stringify({ report_data: randomBytes(64).toString('hex') });
      const headers = { 'content-type': 'application/json' };
      const reply = await request(`${agent}/GetQuote`, { method: 'POST', headers, body });
      await reply.body.dump({ limit: 1_000_000 });
      if (reply.statusCode !== 200) throw new Error('attest: the agent made no quote.');
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return (performance.now() - startedAtMs) / BASELINE_QUOTES;
}

export const benchAttest: Bench = async ({ print }) => {
  const started = new Started();
  const dispatcher = new Agent({ connections: NONCES });
  started.add({ stop: () => dispatcher.close() });
  try {
    const place = await startPlace(started, { quoteMs: QUOTE_MS });
    const { url } = await startService(started, 'service', place);
    const rounds: Round[] = [];
    const single: number[] = [];
    for (let round = -WARM_UPS; round < ROUNDS; round += 1) {
      const asked = await askAtOnce(url, dispatcher);
      const quoteMs = await measureSingleQuotes(place.agent);
      if (round < 0) continue;
      rounds.push(asked);
      single.push(quoteMs);
    }
    const wallMs = Math.round(medianOf(rounds.map((round) => round.wallMs)));
    const p99Ms = Math.round(medianOf(rounds.map((round) => round.p99Ms)));
    const singleMs = Math.round(medianOf(single)) * NONCES;
    const head = ['attest', 'wall ms', 'p99 ms'];
    const rows = [
      [`${NONCES} nonces at once`, String(wallMs), String(p99Ms)],
      ['one quote a nonce', String(singleMs), ''],
    ];
    for (const line of table([head, ...rows])) print(line);
    const ratios = { 'rate of one quote a nonce': ratioOf(singleMs, wallMs) };
    return { ratios, nonces: NONCES, quoteMs: QUOTE_MS, wallMs, p99Ms };
  } finally {
    await started.stop();
  }
};
