/** Measures a server under load. Every answer must be a success. */
import autocannon from 'autocannon';
import { cpuMsOf } from './child-process.js';
import type { SignRequest } from './service-side.js';
import { spreadOf } from './statistics.js';

/** What is sent to which process. */
export type Load = {
  readonly name: string;
  readonly url: string;
  readonly pid: number;
  readonly requests: readonly SignRequest[];
  readonly connections: number;
};

/** The measurements of one load. */
export type LoadSample = {
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** The CPU time of the process for each answer, in microseconds. */
  readonly cpuUs: number;
};

/** Sends each request once, however long that takes. Rejects if any answer is no success. */
export async function warmUp(load: Load): Promise<void> {
  await send(load, { amount: Math.max(load.connections, load.requests.length) });
}

/**
 * Sends each request once, all of them at the same time, each on a connection of its own. Resolves
 * to the time until the slowest answer, in milliseconds. Rejects if any answer is no success.
 */
export async function sendAtOnce(load: Omit<Load, 'connections' | 'pid'>): Promise<number> {
  const { length } = load.requests;
  const result = await send({ ...load, connections: length }, { amount: length });
  return result.latency.max;
}

/** Sends requests for some seconds. Rejects if any answer is no success. */
export async function measureLoad(load: Load, seconds: number): Promise<LoadSample> {
  const cpuBefore = await cpuMsOf(load.pid);
  const result = await send(load, { duration: seconds });
  const cpuMs = (await cpuMsOf(load.pid)) - cpuBefore;
  const answered = result['2xx'];
  return {
    perSecond: answered / result.duration,
    p50Ms: result.latency.p50,
    p99Ms: result.latency.p99,
    cpuUs: (cpuMs * 1_000) / answered,
  };
}

/** Sends requests until the end that is given. */
async function send(
  { name, url, requests, connections }: Omit<Load, 'pid'>,
  end: Pick<autocannon.Options, 'amount' | 'duration'>,
): Promise<autocannon.Result> {
  const { amount = Number.POSITIVE_INFINITY } = end;
  // Preparing a request takes time, so no connection prepares more than it sends.
  const most = Math.min(requests.length, Math.ceil(amount / connections));
  let clients = 0;
  const result = await autocannon({
    url,
    connections,
    ...end,
    timeout: 60,
    // Each connection begins at another request, so that they do not all ask for the same user.
    setupClient: (client) => {
      const at = Math.floor((clients * requests.length) / connections);
      clients += 1;
      client.setRequests([...requests.slice(at), ...requests.slice(0, at)].slice(0, most));
    },
  });
  const others = result.non2xx + result.errors + result.timeouts;
  if (others > 0) throw new Error(`${name}: ${others} requests got no signature.`);
  if (result['2xx'] === 0) throw new Error(`${name}: the machine was too busy for any answer.`);
  return result;
}

const MEMBERS = ['perSecond', 'p50Ms', 'p99Ms', 'cpuUs'] as const;

/** Returns the median of each member. */
export function mediansOf(samples: readonly LoadSample[]): LoadSample {
  const [perSecond = 0, p50Ms = 0, p99Ms = 0, cpuUs = 0] = MEMBERS.map(
    (member) => spreadOf(samples.map((sample) => sample[member])).median,
  );
  return { perSecond, p50Ms, p99Ms, cpuUs };
}
