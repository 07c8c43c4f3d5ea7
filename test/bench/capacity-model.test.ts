/** Tests the arithmetic of the capacity model with numbers that can be computed by head. */
import { readCosts } from '../../scripts/bench/capacity.js';
import {
  type Bounds,
  computeCapacity,
  type Costs,
  type OperationCost,
  type Rates,
  storedBytesOf,
} from '../../scripts/bench/capacity-model.js';
import { test } from '../test.js';

const costOf = (factor: number): OperationCost => ({
  serviceCpuUs: 1_000 * factor,
  databaseCpuUs: 500 * factor,
  walBytes: 2_000 * factor,
  storedBytes: 400 * factor,
  transactions: factor,
});

const COSTS: Costs = { account: costOf(100), signIn: costOf(5), signature: costOf(1) };

const RATES: Rates = {
  signaturesPerAccountPerDay: 10,
  signInsPerAccountPerDay: 1,
  newAccountsPerDay: 0.01,
  evidencePerSignIn: 0.5,
  peakOfMean: 2,
  keptSignatures: 1_000,
  yearsOfUse: 1,
};

const BOUNDS: Bounds = {
  replicaUse: 0.5,
  connectionsPerReplica: 16,
  nodeRequestsPerAccount: 19,
  quoteMs: 100,
  quotesAtOnce: 2,
  databaseCores: 8,
  databaseConnections: 64,
  databaseBytes: 1e12,
  walBytesPerSecond: 1e8,
  nodeRequestsPerSecond: 1_000,
};

/** A second has twice the mean: 2 accounts, 200 sign-ins and 2,000 signatures. */
const ACCOUNTS = 8_640_000;

const model = (accounts = ACCOUNTS, bounds = BOUNDS) =>
  computeCapacity(accounts, COSTS, RATES, bounds);

test('the busiest second adds up what each kind of operation costs', (t) => {
  const { replicaCores, databaseCores, walBytesPerSecond, transactionsPerSecond, ...rest } =
    model();
  t.is(rest.signaturesPerSecond, 2_000);
  t.is(rest.accountsPerSecond, 2);
  // 2 × 100 + 200 × 5 + 2,000 × 1 milliseconds of CPU time.
  t.is(replicaCores, 3.2);
  t.is(databaseCores, 1.6);
  t.is(walBytesPerSecond, 6_400_000);
  t.is(transactionsPerSecond, 3_200);
  t.is(rest.nodeRequestsPerSecond, 38);
});

test('replicas keep the share of their cores that stays free, and there are at least two', (t) => {
  t.is(model().replicas, 7);
  t.is(model(1).replicas, 2);
});

test('an account stores its documents and the entries that its trail keeps', (t) => {
  t.is(storedBytesOf(COSTS, RATES), 40_000 + 1_000 * 400);
  t.is(storedBytesOf(COSTS, { ...RATES, keptSignatures: 1e9 }), 40_000 + 3_650 * 400);
  t.is(model().databaseBytes, ACCOUNTS * 440_000);
});

test('requests for evidence share quotes when more arrive than the enclaves make', (t) => {
  t.is(model().quotesPerSecond, 100);
  // Seven replicas make two quotes at a time, each of which takes a second.
  t.is(model(ACCOUNTS, { ...BOUNDS, quoteMs: 1_000 }).quotesPerSecond, 14);
});

test('what saturates first is the resource with the highest use of its bound', (t) => {
  const [first, ...others] = model().loads;
  t.is(first?.resource, 'size of the database');
  for (const { use } of others) t.true(use <= (first?.use ?? 0));
  const small = { ...BOUNDS, databaseBytes: 1e15, databaseConnections: 10 };
  t.is(model(ACCOUNTS, small).loads[0]?.resource, 'connections of the database');
});

test('the committed costs are those of operations that were measured', (t) => {
  const { account, signIn, signature } = readCosts();
  for (const cost of [account, signIn, signature]) {
    t.true(cost.serviceCpuUs > 0 && cost.databaseCpuUs > 0);
    t.true(cost.transactions >= 1 && cost.walBytes > 0);
  }
  t.true(account.serviceCpuUs > signature.serviceCpuUs);
});
