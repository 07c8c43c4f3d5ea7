/**
 * Every request of the plan, every fault, both storage modes: the signature is given within the
 * budget, and once the fault is lifted the account becomes complete without a person doing
 * anything, on the same host delegations. Only a refusal that names no remedy waits for the next
 * signature.
 *
 * Many accounts share one deployment, each with its own fault: the rule knows the account by its
 * address. CI tries two faults of each request on one storage mode and one on the other, so that
 * each fault meets several requests; `npm run test:full` tries the whole matrix.
 */
import type { ExecutionContext } from 'ava';
import { test } from '../test.js';
import { until } from '../until.js';
import { sampleOf } from '../sample.js';
import { delegationsOf, isAbout, PLAN_REQUESTS, planRequestOf } from './requests.js';
import {
  createWorld,
  isSignedBy,
  outcomeOf,
  type Person,
  type World,
  type WorldOptions,
} from './world.js';

const FAULTS = [
  'status-500',
  'status-503',
  'status-400',
  'status-401',
  'status-429',
  'hang',
  'hang-after',
  'slow-1200',
  'reset-before',
  'reset-after',
  'half-body',
  'wrong-type',
  'huge-body',
  'redirect',
];

/** After these the service does not try again by itself. */
const WITHOUT_REMEDY: ReadonlySet<string> = new Set(['status-400', 'status-401']);

/** How many faults of a request CI tries. */
const SAMPLE = { sqlite: 2, postgres: 1 } as const;

const BUDGET_MS = 250;
const AT_ONCE = 8;

const OPTIONS: WorldOptions = {
  env: { TINYCLOUD_BOOTSTRAP_SYNC_BUDGET_MS: String(BUDGET_MS) },
  tuning: { limits: { triesPerRequest: 3, requestDeadlineMs: 700, runDeadlineMs: 8_000 } },
};

type Case = { readonly request: (typeof PLAN_REQUESTS)[number]; readonly kind: string };

async function becomeComplete(world: World, person: Person, kind: string): Promise<void> {
  if (WITHOUT_REMEDY.has(kind)) {
    const signs = async (): Promise<boolean> =>
      outcomeOf(await world.sign(person)).status === 'complete';
    await until('a later signature completes the account', signs);
  }
  await world.untilComplete(person);
}

async function suffer(t: ExecutionContext, world: World, { request, kind }: Case): Promise<void> {
  const label = `${request} × ${kind}`;
  const person = await world.person();
  const isHit = (record: Parameters<typeof planRequestOf>[0]): boolean =>
    planRequestOf(record) === request && (request === 'info' || isAbout(record, person.address));
  const lift = world.node.addFault({ matches: isHit, kind });
  const message = world.appSignIn(person);
  const answer = await world.sign(person, message);
  t.true(isSignedBy(answer, message, person), label);
  const { status, errorCode } = outcomeOf(answer);
  t.true(['pending', 'failed'].includes(status), `${label}: ${status}`);
  if (status === 'failed') t.regex(errorCode ?? '', /^tinycloud_bootstrap_/, label);
  lift();
  await t.notThrowsAsync(becomeComplete(world, person, kind), label);
  for (const [delegation, cids] of delegationsOf(world.node, person.address)) {
    t.is(cids.size, 1, `${label}: ${delegation}`);
  }
}

async function inBatches(cases: readonly Case[], run: (one: Case) => Promise<void>): Promise<void> {
  const waiting = [...cases];
  const worker = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) await run(next);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}

for (const storage of ['sqlite', 'postgres'] as const) {
  let shared: World | undefined;

  test.before(`a deployment on ${storage} for all accounts`, async () => {
    shared = await createWorld({ ...OPTIONS, node: { storage } });
  });

  test.after.always(`the deployment on ${storage} is taken down`, () => shared?.close());

  for (const [index, request] of PLAN_REQUESTS.filter((id) => id !== 'info').entries()) {
    test(`any fault of ${request} on ${storage} only delays the account`, async (t) => {
      if (shared === undefined) throw new Error('there is no deployment');
      const world = shared;
      const kinds = sampleOf(FAULTS, SAMPLE[storage], index);
      await inBatches(
        kinds.map((kind) => ({ request, kind })),
        (one) => suffer(t, world, one),
      );
    });
  }

  test(`any fault of info on ${storage} only delays the account`, async (t) => {
    for (const named of sampleOf(FAULTS, SAMPLE[storage], 0)) {
      // The first check of the node, before the service listens, may take two seconds.
      const kind = named.startsWith('slow-') ? 'slow-2600' : named;
      const world = await createWorld({ ...OPTIONS, node: { storage, faults: `/info=${kind}` } });
      try {
        const lift = (): void => world.node.setFaults('');
        const person = await world.person();
        const message = world.appSignIn(person);
        const answer = await world.sign(person, message);
        t.true(isSignedBy(answer, message, person), kind);
        t.true(['pending', 'failed'].includes(outcomeOf(answer).status), kind);
        lift();
        await t.notThrowsAsync(becomeComplete(world, person, kind), kind);
      } finally {
        await world.close();
      }
    }
  });
}
