/**
 * The arithmetic of the capacity model: what a number of accounts needs, from what one operation
 * costs and how often it happens. It is a model: only the costs were measured.
 *
 * Rates are those of the busiest second, which is `peakOfMean` times the mean of a day. A resource
 * is saturated if its use exceeds its bound.
 */

/** What one operation costs. */
export type OperationCost = {
  readonly serviceCpuUs: number;
  /** CPU time of all processes of the database. */
  readonly databaseCpuUs: number;
  /** Bytes that the database writes ahead, and sends to each standby. */
  readonly walBytes: number;
  /** Bytes by which the tables and their indexes grow. */
  readonly storedBytes: number;
  readonly transactions: number;
};

/** The measured costs. */
export type Costs = {
  /** A new account: the first sign-in, the first signature, and the set-up. */
  readonly account: OperationCost;
  /** A later sign-in. */
  readonly signIn: OperationCost;
  /** A signature for an account that is complete. */
  readonly signature: OperationCost;
};

/** How often things happen. These are assumptions. */
export type Rates = {
  readonly signaturesPerAccountPerDay: number;
  readonly signInsPerAccountPerDay: number;
  /** New accounts a day, as a part of all accounts. */
  readonly newAccountsPerDay: number;
  /** Requests for fresh evidence, as a part of all sign-ins. */
  readonly evidencePerSignIn: number;
  readonly peakOfMean: number;
  /** Signatures of an account that are stored: the audit trail drops older ones. */
  readonly keptSignatures: number;
  readonly yearsOfUse: number;
};

/** What a deployment has. These are assumptions, except for what the code fixes. */
export type Bounds = {
  /** The part of its core that a replica uses in the busiest second. */
  readonly replicaUse: number;
  readonly connectionsPerReplica: number;
  readonly nodeRequestsPerAccount: number;
  /** How long the enclave takes for one quote, and how many are made at a time. */
  readonly quoteMs: number;
  readonly quotesAtOnce: number;
  readonly databaseCores: number;
  readonly databaseConnections: number;
  readonly databaseBytes: number;
  readonly walBytesPerSecond: number;
  readonly nodeRequestsPerSecond: number;
};

/** A resource, with its use in relation to its bound. */
export type Load = { readonly resource: string; readonly use: number };

/** What a number of accounts needs. */
export type Capacity = {
  readonly accounts: number;
  readonly signaturesPerSecond: number;
  readonly accountsPerSecond: number;
  readonly replicaCores: number;
  readonly replicas: number;
  readonly databaseCores: number;
  readonly databaseBytes: number;
  readonly transactionsPerSecond: number;
  readonly walBytesPerSecond: number;
  readonly nodeRequestsPerSecond: number;
  /** Quotes that are made. Requests that arrive meanwhile share the next one. */
  readonly quotesPerSecond: number;
  /** In descending order of use. The first one saturates first. */
  readonly loads: readonly Load[];
};

const DAY_S = 86_400;
/** Fewer replicas cannot be replaced without an interruption. */
const LEAST_REPLICAS = 2;

type PerSecond = { readonly [Operation in keyof Costs]: number };

function ratesOf(accounts: number, rates: Rates): PerSecond {
  const peak = (perDay: number): number => (accounts * perDay * rates.peakOfMean) / DAY_S;
  return {
    account: peak(rates.newAccountsPerDay),
    signIn: peak(rates.signInsPerAccountPerDay),
    signature: peak(rates.signaturesPerAccountPerDay),
  };
}

const sumOf = (costs: Costs, perSecond: PerSecond, member: keyof OperationCost): number =>
  costs.account[member] * perSecond.account +
  costs.signIn[member] * perSecond.signIn +
  costs.signature[member] * perSecond.signature;

/** Returns the bytes of an account after some years of use. */
export function storedBytesOf(costs: Costs, rates: Rates): number {
  const days = rates.yearsOfUse * 365;
  const signatures = Math.min(rates.keptSignatures, days * rates.signaturesPerAccountPerDay);
  return costs.account.storedBytes + signatures * costs.signature.storedBytes;
}

/** Returns what a number of accounts needs. */
export function computeCapacity(
  accounts: number,
  costs: Costs,
  rates: Rates,
  bounds: Bounds,
): Capacity {
  const perSecond = ratesOf(accounts, rates);
  const replicaCores = sumOf(costs, perSecond, 'serviceCpuUs') / 1e6;
  const replicas = Math.max(LEAST_REPLICAS, Math.ceil(replicaCores / bounds.replicaUse));
  const databaseCores = sumOf(costs, perSecond, 'databaseCpuUs') / 1e6;
  const databaseBytes = accounts * storedBytesOf(costs, rates);
  const walBytesPerSecond = sumOf(costs, perSecond, 'walBytes');
  const nodeRequestsPerSecond = perSecond.account * bounds.nodeRequestsPerAccount;
  const mostQuotes = (replicas * bounds.quotesAtOnce * 1_000) / bounds.quoteMs;
  const quotesPerSecond = Math.min(mostQuotes, perSecond.signIn * rates.evidencePerSignIn);
  const loads = [
    { resource: 'cores of the database', use: databaseCores / bounds.databaseCores },
    {
      resource: 'connections of the database',
      use: (replicas * bounds.connectionsPerReplica) / bounds.databaseConnections,
    },
    { resource: 'size of the database', use: databaseBytes / bounds.databaseBytes },
    { resource: 'writing of the database', use: walBytesPerSecond / bounds.walBytesPerSecond },
    { resource: 'requests to the node', use: nodeRequestsPerSecond / bounds.nodeRequestsPerSecond },
  ].toSorted((a, b) => b.use - a.use);
  return {
    accounts,
    signaturesPerSecond: perSecond.signature,
    accountsPerSecond: perSecond.account,
    replicaCores,
    replicas,
    databaseCores,
    databaseBytes,
    transactionsPerSecond: sumOf(costs, perSecond, 'transactions'),
    walBytesPerSecond,
    nodeRequestsPerSecond,
    quotesPerSecond,
    loads,
  };
}
