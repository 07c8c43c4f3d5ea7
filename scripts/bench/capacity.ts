/**
 * Bench `capacity`: what 10⁵, 10⁷ and 10⁹ accounts need, computed from the measured costs in
 * `scripts/bench/costs.json` and the assumptions below. It measures nothing.
 */
import { readFileSync } from 'node:fs';
import { KEPT_ENTRIES } from '../../src/accounts/audit-trail.js';
import { DATABASE_TUNING } from '../../src/adapters/postgres-store/database.js';
import { table } from '../../src/console/draw.js';
import type { Bench } from './bench.js';
import {
  type Bounds,
  type Capacity,
  computeCapacity,
  type Costs,
  type OperationCost,
  type Rates,
} from './capacity-model.js';

const SIZES: readonly (readonly [string, number])[] = [
  ['10⁵ accounts', 1e5],
  ['10⁷ accounts', 1e7],
  ['10⁹ accounts', 1e9],
];

const RATES: Rates = {
  signaturesPerAccountPerDay: 4,
  signInsPerAccountPerDay: 0.5,
  newAccountsPerDay: 0.002,
  evidencePerSignIn: 0.1,
  peakOfMean: 4,
  keptSignatures: KEPT_ENTRIES,
  yearsOfUse: 3,
};

const BOUNDS: Bounds = {
  replicaUse: 0.6,
  connectionsPerReplica: DATABASE_TUNING.connections,
  nodeRequestsPerAccount: 20,
  quoteMs: 250,
  quotesAtOnce: 2,
  databaseCores: 64,
  databaseConnections: 2_000,
  databaseBytes: 64e12,
  walBytesPerSecond: 200e6,
  nodeRequestsPerSecond: 2_000,
};

const FILE = new URL('../../../scripts/bench/costs.json', import.meta.url);

/** Returns the committed costs. */
export const readCosts = (): Costs => JSON.parse(readFileSync(FILE, 'utf8')) as Costs;

const UNITS = [
  [1e12, 'TB'],
  [1e9, 'GB'],
  [1e6, 'MB'],
  [1e3, 'KB'],
] as const;

const digits = (value: number): string =>
  Number(value.toPrecision(2)).toLocaleString('en', { maximumSignificantDigits: 2 });

function bytes(value: number): string {
  const [size, unit] = UNITS.find(([least]) => value >= least) ?? [1, 'B'];
  return `${digits(value / size)} ${unit}`;
}

const ROWS: readonly (readonly [string, (capacity: Capacity) => string])[] = [
  ['signatures a second', ({ signaturesPerSecond }) => digits(signaturesPerSecond)],
  ['new accounts a second', ({ accountsPerSecond }) => digits(accountsPerSecond)],
  ['cores of replicas in use', ({ replicaCores }) => digits(replicaCores)],
  ['replicas, one core each', ({ replicas }) => digits(replicas)],
  ['cores of the database in use', ({ databaseCores }) => digits(databaseCores)],
  ['size of the database', ({ databaseBytes }) => bytes(databaseBytes)],
  ['transactions a second', ({ transactionsPerSecond }) => digits(transactionsPerSecond)],
  ['written a second', ({ walBytesPerSecond }) => bytes(walBytesPerSecond)],
  ['requests to the node a second', ({ nodeRequestsPerSecond }) => digits(nodeRequestsPerSecond)],
  ['quotes a second', ({ quotesPerSecond }) => digits(quotesPerSecond)],
  ['saturates first', ({ loads: [first] }) => first?.resource ?? ''],
  ['its use', ({ loads: [first] }) => `${digits((first?.use ?? 0) * 100)} %`],
];

/** Returns the table of the model, for a terminal and for the documentation. */
export function capacityRows(costs: Costs): readonly (readonly string[])[] {
  const models = SIZES.map(([, accounts]) => computeCapacity(accounts, costs, RATES, BOUNDS));
  return [
    ['In the busiest second', ...SIZES.map(([name]) => name)],
    ...ROWS.map(([name, spell]) => [name, ...models.map(spell)]),
  ];
}

const COSTS: readonly (readonly [string, (cost: OperationCost) => string])[] = [
  ['CPU time of the service', ({ serviceCpuUs }) => `${digits(serviceCpuUs)} µs`],
  ['CPU time of the database', ({ databaseCpuUs }) => `${digits(databaseCpuUs)} µs`],
  ['written ahead', ({ walBytes }) => bytes(walBytes)],
  ['stored', ({ storedBytes }) => bytes(storedBytes)],
  ['transactions', ({ transactions }) => digits(transactions)],
];

/** Returns the measured inputs of the model. */
export function costRows({ account, signIn, signature }: Costs): readonly (readonly string[])[] {
  return [
    ['Measured for each', 'new account', 'later sign-in', 'signature'],
    ...COSTS.map(([name, spell]) => [name, spell(account), spell(signIn), spell(signature)]),
  ];
}

const percent = (part: number): string => `${digits(part * 100)} %`;

/** Returns the assumptions of the model. */
export const ASSUMPTIONS: readonly (readonly string[])[] = [
  ['Assumption', 'Value'],
  ['signatures of an account a day', String(RATES.signaturesPerAccountPerDay)],
  ['later sign-ins of an account a day', String(RATES.signInsPerAccountPerDay)],
  ['new accounts a day, of all accounts', percent(RATES.newAccountsPerDay)],
  ['requests for fresh evidence, of all later sign-ins', percent(RATES.evidencePerSignIn)],
  ['the busiest second, as a multiple of the mean', String(RATES.peakOfMean)],
  ['years that an account has been in use', String(RATES.yearsOfUse)],
  ['the part of its core that a replica uses', percent(BOUNDS.replicaUse)],
  ['time of the enclave for one quote', `${BOUNDS.quoteMs} ms`],
  ['cores of the database server', String(BOUNDS.databaseCores)],
  ['its connections', digits(BOUNDS.databaseConnections)],
  ['its disk', bytes(BOUNDS.databaseBytes)],
  ['what it can write a second', bytes(BOUNDS.walBytesPerSecond)],
  ['requests a second that the node answers', digits(BOUNDS.nodeRequestsPerSecond)],
];

export const benchCapacity: Bench = async ({ print }) => {
  const costs = readCosts();
  for (const rows of [costRows(costs), ASSUMPTIONS, capacityRows(costs)]) {
    for (const line of table(rows)) print(line);
    print('');
  }
  return {
    costs,
    rates: RATES,
    bounds: BOUNDS,
    models: SIZES.map(([, accounts]) => computeCapacity(accounts, costs, RATES, BOUNDS)),
  };
};
