import { test } from '../test.js';
import { composeAppSignIn } from '../../src/program-client/app-sign-in.js';
import { ActiveRun } from '../../src/provisioning/active-run.js';
import type { BootstrapRuns } from '../../src/provisioning/bootstrap-runs.js';
import {
  ensureTinyCloudBootstrapForApprovedSign,
  type HookPlace,
} from '../../src/provisioning/ensure-bootstrap.js';
import type { ProvisioningContext } from '../../src/provisioning/provisioning-context.js';
import type { Reverifications } from '../../src/provisioning/reverifications.js';
import type { ApprovedSign } from '../../src/signing/bootstrap-port.js';
import { parseSigningRequest } from '../../src/signing/signing-request.js';

const NOW_MS = 1_800_000_000_000;
const ADDRESS = '0x31d40B62C395B9418C4198363619B11c65cD406F';

const approved = {
  user: { userId: 'u', preferences: { autoSignEnabled: true }, bootstraps: {} },
  key: { id: 'u-1', address: ADDRESS },
  request: parseSigningRequest(
    composeAppSignIn(ADDRESS, 'app.example', NOW_MS).siwe,
    'personal_sign',
  ),
  hook: 'run',
} as unknown as ApprovedSign;

const context = {
  settings: { enabled: true, chainIds: [1], nodeOrigin: 'https://node.example' },
  engine: { clock: () => NOW_MS },
} as unknown as ProvisioningContext;

const reverifications = {} as unknown as Reverifications;

/**
 * Creates a run that another signature started and whose record is being written. `settle` ends the
 * write.
 */
function recording(): { runs: BootstrapRuns; settle: (isDurable: boolean) => void } {
  const active = new ActiveRun(() => NOW_MS);
  let settle: (isDurable: boolean) => void = () => undefined;
  active.durable = new Promise((resolve) => {
    settle = resolve;
  });
  active.finished = active.durable.then((isDurable) =>
    isDurable ? new Promise(() => undefined) : { status: 'failed', state: 'failed' },
  );
  const runs = { findActive: () => active, mayEndWithin: () => true } as unknown as BootstrapRuns;
  return { runs, settle };
}

const nextTurns = async (): Promise<void> => {
  for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setTimeout(resolve, 0));
};

test('a signature that joins a run gets pending only once the record of the run is durable', async (t) => {
  const { runs, settle } = recording();
  let status = 'none';
  const told = ensureTinyCloudBootstrapForApprovedSign(
    { context, runs, reverifications },
    approved,
    0,
  ).then((outcome) => {
    status = outcome.status;
  });
  await nextTurns();
  t.is(status, 'none');
  settle(true);
  await told;
  t.is(status, 'pending');
});

test('a signature that joins a run whose record cannot be written gets the failure', async (t) => {
  const { runs, settle } = recording();
  const told = ensureTinyCloudBootstrapForApprovedSign(
    { context, runs, reverifications },
    approved,
    0,
  );
  await nextTurns();
  settle(false);
  t.is((await told).status, 'failed');
});

test('a signature does not wait for a run that is not expected within the budget', async (t) => {
  const { runs, settle } = recording();
  settle(true);
  const asked: number[] = [];
  const mayEndWithin = (_subject: unknown, ms: number): boolean => {
    asked.push(ms);
    return false;
  };
  const told = ensureTinyCloudBootstrapForApprovedSign(
    { context, runs: Object.assign(runs, { mayEndWithin }), reverifications },
    approved,
    performance.now() + 60_000,
  );
  t.like(await Promise.race([told, nextTurns()]), { status: 'pending' });
  t.is(asked.length, 1);
  // What the request has waited for already is not left.
  t.true(asked.every((ms) => ms > 0 && ms <= 60_000));
});

/** A place among replicas, with a run that waits in a long line of this process. */
function placeBehindMany(isRecorded: boolean) {
  const active = new ActiveRun(() => NOW_MS);
  active.finished = new Promise(() => undefined);
  const lookups: string[] = [];
  const runs = {
    findActive: () => undefined,
    findRecord: async () => (isRecorded ? {} : undefined),
    start: () => active,
    mayEndWithin: () => false,
    isStopping: true,
  };
  const shared = {
    ...context,
    replicas: { id: 'r' },
    admitRun: async () => ({ retryAfterMs: undefined, giveBack: () => undefined }),
    users: { find: async (userId: string) => void lookups.push(userId) },
  };
  const place = { context: shared, runs, reverifications } as unknown as HookPlace;
  return { place, lookups };
}

test('a replica does not look for the end of a run that is behind many others', async (t) => {
  const { place, lookups } = placeBehindMany(false);
  const told = await ensureTinyCloudBootstrapForApprovedSign(
    place,
    approved,
    performance.now() + 60_000,
  );
  t.deepEqual([told.status, lookups.length], ['pending', 0]);
});

test('a replica looks for the end of a run that another one may execute', async (t) => {
  const { place, lookups } = placeBehindMany(true);
  const told = await ensureTinyCloudBootstrapForApprovedSign(
    place,
    approved,
    performance.now() + 60_000,
  );
  t.deepEqual([told.status, lookups.length], ['pending', 1]);
});
