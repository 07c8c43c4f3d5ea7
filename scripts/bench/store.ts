/**
 * Bench `store`: what a start and a commit cost with few users and with many. Each size is measured
 * in a process of its own, and the bare append with `fdatasync` of the same bytes is the baseline.
 * `BENCH_USERS` sets the larger number of users; the files of a million users take some gigabytes.
 */
import { execFile } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { shardOf } from '../../src/adapters/json-store/document-files.js';
import { table } from '../../src/console/draw.js';
import { type Bench, ratioOf } from './bench.js';
import { measureDisk } from './measure-disk.js';
import { medianOf, spreadOf } from './statistics.js';

const FEW = 100;
const MANY = 20_000;
const ROUNDS = 3;
const USERS = 'user';
/** As long as the document of a user with a few grants. */
const DOCUMENT = `${JSON.stringify({ version: 1, generation: 1, sealed: 'x'.repeat(3_400) })}\n`;

type Sample = {
  readonly startMs: number;
  /** The time to read a user before the commit: from files once, and from memory later. */
  readonly openMs: number;
  readonly commitMs: number;
  readonly perSecond: number;
  readonly residentMb: number;
  readonly bytesPerCommit: number;
};

/** Writes the files of users without syncing them, because only reading them is measured. */
function createUsers(dataDir: string, count: number): void {
  for (let number = 0; number < count; number += 1) {
    const id = `user${number}`;
    const directory = join(dataDir, USERS, shardOf(id));
    if (number < 4_096) mkdirSync(directory, { recursive: true });
    writeFileSync(join(directory, `${id}.json`), DOCUMENT);
  }
}

/** Measures a process that opens these users, and removes what it wrote besides them. */
async function sample(dataDir: string, users: number): Promise<Sample> {
  const script = new URL('store-process.js', import.meta.url).pathname;
  const { stdout } = await promisify(execFile)(process.execPath, [script, dataDir, String(users)]);
  const written = (await readdir(dataDir)).filter((name) => name !== USERS);
  for (const name of written) await rm(join(dataDir, name), { recursive: true });
  return JSON.parse(stdout) as Sample;
}

const MEMBERS = [
  'startMs',
  'openMs',
  'commitMs',
  'perSecond',
  'residentMb',
  'bytesPerCommit',
] as const;

const round = (value: number): number => Math.round(value * 100) / 100;

const medianIn = (samples: readonly Sample[], member: (typeof MEMBERS)[number]): number =>
  medianOf(samples.map((each) => each[member]));

export const benchStore: Bench = async ({ print }) => {
  const many = Number(process.env['BENCH_USERS'] ?? MANY);
  const sizes = [FEW, many];
  const samples = new Map<number, Sample[]>(sizes.map((users) => [users, []]));
  const folder = await mkdtemp(join(tmpdir(), 'sealwright-bench-'));
  const placeOf = (users: number): string => join(folder, String(users));
  const syncMs: number[] = [];
  try {
    for (const users of sizes) createUsers(placeOf(users), users);
    for (let count = 0; count < ROUNDS; count += 1) {
      for (const [users, list] of samples) list.push(await sample(placeOf(users), users));
      syncMs.push(await measureDisk(folder));
    }
  } finally {
    await rm(folder, { recursive: true });
  }
  const medians = [...samples].map(([users, list]) => ({
    users,
    ...Object.fromEntries(MEMBERS.map((member) => [member, round(medianIn(list, member))])),
  }));
  const head = ['users', ...MEMBERS];
  for (const line of table([head, ...medians.map((each) => Object.values(each).map(String))])) {
    print(line);
  }
  const fewOfMany = (member: (typeof MEMBERS)[number]): number =>
    ratioOf(medianIn(samples.get(FEW) ?? [], member), medianIn(samples.get(many) ?? [], member));
  const ratios = {
    'commit with few users, of one with many': fewOfMany('commitMs'),
    'memory with few users, of that with many': fewOfMany('residentMb'),
  };
  return { ratios, syncMs: spreadOf(syncMs).median, medians };
};
