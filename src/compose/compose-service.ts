/**
 * The composition root. Only the files of this folder name adapters.
 *
 * The order is an invariant: configuration, enclave and root key, state (locked before it is read),
 * evidence, the identity of the node, and then the listeners. A service without its key or its
 * state never listens. A service whose node is unavailable does.
 */
import { createJsonRpcContractWallets } from '../adapters/contract-wallets/json-rpc-contract-wallets.js';
import { createEraseAccount, finishErasures } from '../accounts/erase-account.js';
import { RecoverySets } from '../accounts/recovery-sets.js';
import { leaveRollbackNotice } from '../accounts/rollback-notice.js';
import { SessionRegistry } from '../accounts/session-registry.js';
import { WalletAliases } from '../accounts/wallet-aliases.js';
import type { Config } from '../config.js';
import { EventStreams } from '../http/event-streams.js';
import { createReadiness } from '../http/readiness.js';
import { BootstrapRuns } from '../provisioning/bootstrap-runs.js';
import { createAfterSign } from '../provisioning/ensure-bootstrap.js';
import { Reverifications } from '../provisioning/reverifications.js';
import { StoredReviews } from '../signing/review/stored-reviews.js';
import { createKeyedLock } from '../runtime/keyed-lock.js';
import { type Logger, withFields } from '../runtime/logger.js';
import { createMetrics, type Metrics } from '../runtime/metrics.js';
import { joinReplicas, SharedUpkeep } from '../replicas/shared-upkeep.js';
import { composeEvidence } from './compose-evidence.js';
import { composeLimits } from './compose-limits.js';
import {
  createEngine,
  createProvisioningContext,
  DEFAULT_TUNING,
  describeNode,
  type GuardedEngine,
  meetNode,
  type Tuning,
} from './compose-provisioning.js';
import { composeSigning, createReviews } from './compose-signing.js';
import { type ComposedServices, openDoors, type Service } from './open-doors.js';
import { openEnclave, type OpenedEnclave } from './open-enclave.js';
import { type OpenedState, openState } from './open-state.js';
import { type OpenedTls, openTls } from './open-tls.js';
import type { Surroundings } from './surroundings.js';

/**
 * Starts a service. Rejects with the code of the first part that fails to open, after closing the
 * parts that did open.
 */
export async function composeService(config: Config, around: Surroundings): Promise<Service> {
  const { logger, randomBytes } = around;
  const tuning = { ...DEFAULT_TUNING, ...around.tuning };
  const isSimulated = config.DSTACK_SIMULATOR_ENDPOINT !== undefined;
  // Every log line about the start of a simulated service contains mode=simulated.
  const startLogger = isSimulated ? withFields(logger, { mode: 'simulated' }) : logger;
  const metrics = createMetrics();
  const opened = await openEnclave(config, {
    socket: around.enclaveSocket,
    deadlineMs: tuning.enclaveDeadlineMs,
    countCrypto: () => metrics.countCryptoOperation(),
  });
  const state = await openState(config, {
    keys: opened.keys,
    appId: opened.info.appId,
    randomBytes,
    countRead: () => metrics.countDocumentRead(),
    onCheckpointFailure: (error) => {
      metrics.countCheckpointFailure();
      logger.error('checkpoint-failed', { error });
    },
    files: around.storeFiles,
    dataDir: around.dataDir,
  });
  let tls: OpenedTls | undefined;
  try {
    const engine = createEngine(config, tuning, around);
    tls = await openTls(config, { documents: state.documents, metrics, around });
    const parts = { opened, state, engine, metrics, tuning, startLogger, tls };
    const services = await composeServices(config, around, parts);
    const service = await openDoors(config, services, state.store, engine, startLogger, tls);
    startLogger.info('started', { url: service.url });
    return service;
  } catch (error) {
    await tls?.stop();
    await state.store.close();
    throw error;
  }
}

/** Ends the use of a store that became older, and lets no replica start on it unnoticed. */
const haltOn =
  ({ store, documents }: OpenedState, logger: Logger) =>
  async (replica: string): Promise<void> => {
    logger.error('store-rolled-back');
    try {
      await leaveRollbackNotice(documents, replica);
    } finally {
      store.halt();
    }
  };

type Parts = {
  readonly opened: OpenedEnclave;
  readonly state: OpenedState;
  readonly engine: GuardedEngine;
  readonly metrics: Metrics;
  readonly tuning: Tuning;
  readonly startLogger: Logger;
  readonly tls: OpenedTls | undefined;
};

/** Composes the dependencies of the routes. */
async function composeServices(
  config: Config,
  around: Surroundings,
  { opened, state, engine, metrics, tuning, startLogger, tls }: Parts,
): Promise<ComposedServices> {
  const { logger, clock, randomBytes } = around;
  const { enclave, ecdsa, keys } = opened;
  const { documents } = state;
  const { publisher, issueReceipt } = await composeEvidence(config, around, opened, state, tls);
  const limits = composeLimits(config, metrics, state.counters);
  const sessions = new SessionRegistry(clock);
  const onChanged = sessions.noteChange.bind(sessions);
  const { limiters } = limits;
  const { bootStatementHash } = publisher;
  const replicas = state.isShared
    ? await joinReplicas(documents, around, bootStatementHash, haltOn(state, logger))
    : undefined;
  const parts = { documents, keys, engine, logger, metrics, issueReceipt, limiters, onChanged };
  const context = createProvisioningContext(config, tuning, { ...parts, replicas });
  await meetNode(engine, context.identity, startLogger);
  const runs = new BootstrapRuns(context);
  const reverifications = new Reverifications(context, runs);
  runs.onMissingSpace((subject) => reverifications.lookAgain(subject));
  metrics.watchSetUps(() => runs.counts);
  metrics.watchNode(() => ({
    clockOffsetMs: engine.nodeClock.offsetMs,
    isAway: engine.breaker.isOpen,
    inFlight: engine.transport.inFlight,
    places: context.budget.places,
  }));
  const { users } = context;
  const aliases = new WalletAliases(documents, keys, users, createKeyedLock(), state.isShared);
  const eraseRuns = (userId: string): Promise<void> => runs.eraseUser(userId);
  const recoverySets = new RecoverySets(documents, keys, users);
  const erasure = { documents, users, aliases, recoverySets, eraseRuns };
  await finishErasures(erasure);
  const tagOf = (text: string): string => {
    metrics.countCryptoOperation();
    return keys.challengeTag(text);
  };
  const stored = new StoredReviews(documents, clock);
  const reviews = state.isShared ? stored : createReviews(clock, sessions);
  const upkeep =
    replicas &&
    new SharedUpkeep(replicas, [
      () => finishErasures(erasure),
      () => stored.sweep(),
      async () => state.counters?.removeEnded(),
    ]);
  const findUnready = createReadiness({ store: state.store, enclave, clock, logger });
  metrics.watchReadiness(findUnready);
  return {
    ...composeSigning(config, context, logger, reviews),
    ...limits,
    config,
    clock,
    randomBytes,
    logger,
    metrics,
    users,
    aliases,
    recoverySets,
    sessions,
    ecdsa,
    contractWallets:
      config.ETHEREUM_RPC === undefined
        ? undefined
        : createJsonRpcContractWallets(config.ETHEREUM_RPC),
    keys,
    runs,
    publisher,
    eraseAccount: createEraseAccount(erasure),
    reverifications,
    afterSign: createAfterSign({ context, runs, reverifications }),
    challenges: { publicOrigin: config.PUBLIC_ORIGIN, tagOf },
    streams: new EventStreams(sessions),
    upkeep,
    findUnready,
    certificateState: tls?.certificateState,
    nodeState: () => describeNode(context),
  };
}
