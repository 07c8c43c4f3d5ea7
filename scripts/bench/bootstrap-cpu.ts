/**
 * Measures the CPU time that a service uses for a fresh account, from the sign-in to its
 * completion.
 */
import { type BenchResult, type BenchSettings, ratioOf, Started } from './bench.js';
import { cpuMsOf } from './child-process.js';
import {
  createPerson,
  type RunningService,
  setUpAccount,
  startPlace,
  startService,
} from './service-side.js';
import { spreadOf } from './statistics.js';

const ROUNDS = 5;
const ACCOUNTS_A_ROUND = 10;
/** Read-backs of the accounts of a round are over before the next one begins. */
const READ_BACK_MS = 7_000;

async function measureRound({ url, pid }: RunningService): Promise<number> {
  const before = await cpuMsOf(pid);
  for (let count = 0; count < ACCOUNTS_A_ROUND; count += 1) {
    await setUpAccount(await createPerson(url));
  }
  return ((await cpuMsOf(pid)) - before) / ACCOUNTS_A_ROUND;
}

/**
 * Measures this build, the same with SIGNER=ethers, and the other build if there is one, one after
 * another in each round.
 */
export async function measureBootstrapCpu({ print, before }: BenchSettings): Promise<BenchResult> {
  const started = new Started();
  try {
    const place = await startPlace(started);
    const sides = [
      await startService(started, 'service', place),
      await startService(started, 'ethers', place, { settings: { SIGNER: 'ethers' } }),
      ...(before === undefined
        ? []
        : [await startService(started, 'before', place, { entry: before })]),
    ];
    const samples = new Map<string, number[]>(sides.map(({ name }) => [name, []]));
    for (let round = -1; round < ROUNDS; round += 1) {
      for (const side of sides) {
        const cpuMs = await measureRound(side);
        // The first round warms up.
        if (round >= 0) samples.get(side.name)?.push(cpuMs);
      }
      await new Promise((done) => setTimeout(done, READ_BACK_MS));
    }
    const medians = [...samples].map(([name, list]) => [name, spreadOf(list).median] as const);
    for (const [name, cpuMs] of medians) print(`  ${name}: ${cpuMs} ms of CPU for an account`);
    const [[, own] = ['', 1], ...baselines] = medians;
    const ratios = baselines.map(([name, cpuMs]) => [`CPU of ${name}`, ratioOf(cpuMs, own)]);
    return { ratios: Object.fromEntries(ratios), cpuMs: Object.fromEntries(medians) };
  } finally {
    await started.stop();
  }
}
