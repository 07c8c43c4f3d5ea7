import { test } from '../test.js';
import { composeAppSignIn } from '../../src/program-client/app-sign-in.js';
import { ActiveRun } from '../../src/provisioning/active-run.js';
import type { BootstrapRuns } from '../../src/provisioning/bootstrap-runs.js';
import { ensureTinyCloudBootstrapForApprovedSign } from '../../src/provisioning/ensure-bootstrap.js';
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
  return { runs: { findActive: () => active } as unknown as BootstrapRuns, settle };
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
