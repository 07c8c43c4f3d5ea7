import type { UnreadyPart } from '../api/health.js';
import type { StateStore, StoreFault } from '../accounts/state-store.js';
import { errorCodeOf } from '../errors.js';
import type { Enclave } from '../keys/enclave.js';
import type { Logger } from '../runtime/logger.js';
import { withinDeadline } from '../runtime/within-deadline.js';

const FRESH_MS = 1_000;
/** With the time that a result is reused, less than the five seconds of a usual health check. */
const DEADLINE_MS = 3_000;

/** What readiness depends on. */
export type ReadinessParts = {
  readonly store: Pick<StateStore, 'findFault'>;
  readonly enclave: Pick<Enclave, 'getInfo'>;
  readonly clock: () => number;
  readonly logger: Logger;
  /** How long a part may take to answer (default 3,000). */
  readonly deadlineMs?: number;
};

/**
 * Returns a function that resolves to the parts that are not ready, with the reason of each. Its
 * result is reused for one second, however often it is called, unless the clock has been set back.
 * Each change is logged.
 */
export function createReadiness({
  store,
  enclave,
  clock,
  logger,
  deadlineMs = DEADLINE_MS,
}: ReadinessParts): () => Promise<readonly UnreadyPart[]> {
  let latest:
    | { readonly atMs: number; readonly unready: Promise<readonly UnreadyPart[]> }
    | undefined;
  let known: readonly UnreadyPart[] = [];

  async function look(): Promise<readonly UnreadyPart[]> {
    const late = (): 'no-answer' => 'no-answer';
    const [fault, silence] = await Promise.all([
      withinDeadline(faultOfStore(store), deadlineMs, late),
      withinDeadline(faultOfEnclave(enclave), deadlineMs, late),
    ]);
    const unready = [
      ...(fault === undefined ? [] : [{ part: 'store', reason: fault } as const]),
      ...(silence === undefined ? [] : [{ part: 'enclave', reason: silence } as const]),
    ];
    logChanges(logger, known, unready);
    known = unready;
    return unready;
  }

  return () => {
    const ageMs = latest === undefined ? FRESH_MS : clock() - latest.atMs;
    if (latest === undefined || ageMs < 0 || ageMs >= FRESH_MS) {
      latest = { atMs: clock(), unready: look() };
    }
    return latest.unready;
  };
}

const faultOfStore = (store: ReadinessParts['store']): Promise<StoreFault | undefined> =>
  store.findFault().catch(() => 'unavailable');

const faultOfEnclave = (
  enclave: ReadinessParts['enclave'],
): Promise<'no-answer' | 'wrong-answer' | undefined> =>
  enclave.getInfo().then(
    () => undefined,
    (error: unknown) =>
      errorCodeOf(error) === 'ERR_ENCLAVE_UNAVAILABLE' ? 'no-answer' : 'wrong-answer',
  );

function logChanges(
  logger: Logger,
  before: readonly UnreadyPart[],
  now: readonly UnreadyPart[],
): void {
  for (const { part, reason } of now) {
    const isKnown = before.some((each) => each.part === part && each.reason === reason);
    if (!isKnown) logger.error('part-unready', { part, reason });
  }
  for (const { part } of before) {
    if (!now.some((each) => each.part === part)) logger.info('part-ready', { part });
  }
}
