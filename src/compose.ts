/**
 * The composition root: the one place that names every adapter.
 *
 * Order matters: configuration, then the enclave's key, then the directory (locked before it is read), then the node's
 * identity, then the door. A service that can not have its key or its state never listens; one whose node is away does.
 */
import { createDstackEnclave } from './adapters/dstack-enclave.js';
import { createEthersEcdsa } from './adapters/ethers-ecdsa.js';
import { openLowdbDocumentStore } from './adapters/lowdb-document-store.js';
import { openPccsCollateral } from './adapters/pccs-collateral.js';
import { createSecp256k1Ecdsa } from './adapters/secp256k1-ecdsa.js';
import { createUndiciNodeTransport } from './adapters/undici-node-transport.js';
import { createSealedDocuments, type SealedDocuments } from './accounts/sealed-documents.js';
import type { DocumentStore } from './accounts/document-store.js';
import { claimDataDirectory, type Volume } from './accounts/store-marker.js';
import { createEraseAccount, finishErasures } from './accounts/erase-account.js';
import { createUsers } from './accounts/users.js';
import { WalletAliases } from './accounts/wallet-aliases.js';
import { createInvocationGate } from './bootstrap/invocation-gate.js';
import {
  DEFAULT_LIMITS,
  type EngineEnvironment,
  type EngineLimits,
  NodeClient,
} from './bootstrap/node-client.js';
import { createNodeIdentity, type NodeIdentity } from './bootstrap/node-identity.js';
import { BootstrapRuns } from './bootstrap-hook/bootstrap-runs.js';
import { createAfterSign } from './bootstrap-hook/ensure-bootstrap.js';
import type { HookContext } from './bootstrap-hook/hook-context.js';
import { createNodePins } from './bootstrap-hook/node-pins.js';
import { openEvidence } from './attestation/open-evidence.js';
import { type CollateralSource, NO_COLLATERAL } from './attestation/collateral-source.js';
import type { IssueReceipt } from './attestation/receipt-issuer.js';
import { verifyDeployment } from './attestation/verify-deployment.js';
import { parseSourceFile } from './attestation/source-file.js';
import { PLAN_VERSION } from './bootstrap/plan.js';
import { composeSigning } from './compose-signing.js';
import { type Config, describeConfig } from './config.js';
import { createApp } from './http/create-app.js';
import { EventStreams } from './http/event-streams.js';
import { listen } from './http/listen.js';
import { createMetricsApp } from './http/metrics-app.js';
import { createReadiness } from './http/readiness.js';
import type { Services } from './http/services.js';
import type { Ecdsa } from './keys/ecdsa.js';
import type { Enclave, EnclaveInfo } from './keys/enclave.js';
import { ServiceKeys } from './keys/service-keys.js';
import { hex } from './protocol/bytes.js';
import { createKeyedLock } from './runtime/keyed-lock.js';
import { type Logger, withFields } from './runtime/logger.js';
import { createMetrics, type Metrics } from './runtime/metrics.js';

export type Surroundings = {
  readonly logger: Logger;
  readonly clock: () => number;
  readonly randomBytes: (length: number) => Uint8Array;
  /** The file that the build left beside the code, where there is one. */
  readonly sourceFile?: string | undefined;
  /** Settings that only tests and the local run change. */
  readonly tuning?: Partial<Tuning>;
};

/** What is not configuration: the patience of the engine. */
export type Tuning = {
  readonly limits: EngineLimits;
  readonly retryDelaysMs: readonly number[];
  readonly readBackDelayMs: number;
  readonly reverifyAfterMs: number;
  readonly runsAtOnce: number;
  readonly enclaveDeadlineMs: number;
};

const DEFAULT_TUNING: Tuning = {
  limits: DEFAULT_LIMITS,
  retryDelaysMs: [1_000, 5_000, 15_000, 60_000, 300_000, 1_800_000],
  readBackDelayMs: 5_000,
  reverifyAfterMs: 86_400_000,
  runsAtOnce: 8,
  enclaveDeadlineMs: 10_000,
};

export type Service = {
  readonly url: string;
  /** Stops within ten seconds: answers under way are given, runs finish or stay durable. */
  close(): Promise<void>;
  /** The counters, in the Prometheus text format. */
  metrics(): Promise<string>;
};

const GRACE_MS = 7_000;

export async function composeService(config: Config, around: Surroundings): Promise<Service> {
  const { logger, clock, randomBytes } = around;
  const tuning = { ...DEFAULT_TUNING, ...around.tuning };
  const endpoint = config.DSTACK_SIMULATOR_ENDPOINT;
  // A service on a simulator says so whenever it says anything of its start.
  const startLogger = endpoint === undefined ? logger : withFields(logger, { mode: 'simulated' });
  const enclave = createDstackEnclave({ endpoint, deadlineMs: tuning.enclaveDeadlineMs });
  const ecdsa = config.SIGNER === 'native' ? createSecp256k1Ecdsa() : createEthersEcdsa();
  const info = await enclave.getInfo();
  const { appId } = info;
  if (config.SEALWRIGHT_MODE === 'production') {
    verifyDeployment(info.appCompose, describeConfig(config));
  }
  const keys = await openServiceKeys(enclave, ecdsa);
  const store = await openLowdbDocumentStore({ dataDir: config.DATA_DIR });
  try {
    const metrics = createMetrics();
    const documents = createSealedDocuments(store, keys, appId, randomBytes, () =>
      metrics.countDocumentRead(),
    );
    const volume = await claimDataDirectory(
      store,
      documents,
      deploymentOf(config, keys, appId),
      config.STATE_INIT,
      () => hex(randomBytes(16)),
    );
    const openCollateral = (quote: Uint8Array): Promise<CollateralSource> =>
      config.PCCS_URL === undefined
        ? Promise.resolve(NO_COLLATERAL)
        : openPccsCollateral(quote, {
            url: config.PCCS_URL,
            clock,
            onFailure: (error) => logger.warn('collateral-unavailable', { error }),
          });
    const { publisher, issueReceipt } = await openEvidence(
      bootFactsOf(config, info, volume, around.sourceFile),
      { enclave, ecdsa, documents, openCollateral, clock, randomBytes },
    );
    const engine = createEngine(config, tuning, around);
    const parts = { documents, keys, engine, logger, metrics, issueReceipt };
    const context = createHookContext(config, tuning, parts);
    await meetNode(engine, context.identity, startLogger);
    const runs = new BootstrapRuns(context);
    const { users } = context;
    const aliases = new WalletAliases(documents, keys, users);
    const eraseKey = (keyId: string): Promise<void> => runs.eraseKey(keyId);
    const erasure = { documents, users, aliases, clock, eraseKey };
    await finishErasures(erasure);
    const streams = new EventStreams();
    const services: Services = {
      config,
      users,
      aliases,
      walletLock: createKeyedLock(),
      eraseAccount: createEraseAccount(erasure),
      ...composeSigning(config, context, logger, streams),
      keys,
      runs,
      afterSign: createAfterSign(context, runs),
      publisher,
      challenges: {
        publicOrigin: config.PUBLIC_ORIGIN,
        tagOf: (text) => keys.challengeTag(text),
      },
      streams,
      clock,
      randomBytes,
      logger,
      metrics,
      findUnready: createReadiness(store, enclave, clock),
      nodeState: () => (context.identity.isKnown() ? 'reachable' : 'unreachable'),
    };
    const service = await openDoors(config, services, store, engine, startLogger);
    startLogger.info('started', { url: service.url });
    return service;
  } catch (error) {
    await store.close();
    throw error;
  }
}

async function openServiceKeys(enclave: Enclave, ecdsa: Ecdsa): Promise<ServiceKeys> {
  const { key } = await enclave.getKey('sealwright/root/v1', 'sealwright.root.v1');
  const keys = new ServiceKeys(key, ecdsa);
  key.fill(0);
  return keys;
}

const bootFactsOf = (
  config: Config,
  info: EnclaveInfo,
  state: Volume,
  sourceFile: string | undefined,
) => ({
  info,
  state,
  settings: describeConfig(config),
  planVersion: PLAN_VERSION,
  source: parseSourceFile(sourceFile),
  kmsRootPublicKey: config.KMS_ROOT_PUBLIC_KEY,
  simulated: config.DSTACK_SIMULATOR_ENDPOINT !== undefined,
});

const deploymentOf = (config: Config, keys: ServiceKeys, appId: string) => ({
  mode: config.SEALWRIGHT_MODE,
  appId,
  rootKeyFingerprint: keys.fingerprint,
  publicOrigin: config.PUBLIC_ORIGIN,
});

function createEngine(config: Config, tuning: Tuning, around: Surroundings): EngineEnvironment {
  return {
    transport: createUndiciNodeTransport({ origin: config.TINYCLOUD_BOOTSTRAP_HOST }),
    gate: createInvocationGate(around.clock),
    clock: around.clock,
    randomBytes: around.randomBytes,
    limits: tuning.limits,
  };
}

type HookParts = {
  readonly documents: SealedDocuments;
  readonly keys: ServiceKeys;
  readonly engine: EngineEnvironment;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly issueReceipt: IssueReceipt;
};

function createHookContext(config: Config, tuning: Tuning, parts: HookParts): HookContext {
  const { documents, keys, engine, logger, metrics, issueReceipt } = parts;
  const nodeOrigin = config.TINYCLOUD_BOOTSTRAP_HOST;
  return {
    users: createUsers(documents, createKeyedLock()),
    documents,
    keys,
    engine,
    identity: createNodeIdentity(config.TINYCLOUD_NODE_DID, createNodePins(documents, nodeOrigin)),
    settings: {
      enabled: config.TINYCLOUD_BOOTSTRAP_ON_SIGN,
      chainIds: config.TINYCLOUD_CHAIN_IDS,
      nodeOrigin,
      domain: new URL(config.PUBLIC_ORIGIN).host,
      runsAtOnce: tuning.runsAtOnce,
      retryDelaysMs: tuning.retryDelaysMs,
      readBackDelayMs: tuning.readBackDelayMs,
      reverifyAfterMs: tuning.reverifyAfterMs,
    },
    report: (event, fields) => {
      metrics.countBootstrap(event);
      if (event === 'bootstrap-failed') logger.warn(event, fields);
      else logger.info(event, fields);
    },
    countRootSignature: () => metrics.countRootSignature(),
    issueReceipt,
  };
}

const FIRST_LOOK_MS = 2_000;

/** Asks the node who it is, once and briefly: a node that is away delays no start. */
async function meetNode(
  engine: EngineEnvironment,
  identity: NodeIdentity,
  logger: Logger,
): Promise<void> {
  const limits = { ...engine.limits, requestDeadlineMs: FIRST_LOOK_MS, triesPerRequest: 1 };
  const client = new NodeClient({ ...engine, limits }, AbortSignal.timeout(FIRST_LOOK_MS));
  try {
    await identity.require(() => client.info());
  } catch (error) {
    logger.warn('node-unreachable', { error });
  }
}

async function openDoors(
  config: Config,
  services: Services,
  store: DocumentStore,
  engine: EngineEnvironment,
  startLogger: Logger,
): Promise<Service> {
  const { runs, streams, metrics, publisher } = services;
  const door = await listen(createApp(services), config.HOST, config.PORT);
  const metricsDoor =
    config.METRICS_PORT === undefined
      ? undefined
      : await listen(createMetricsApp(metrics), '127.0.0.1', config.METRICS_PORT);
  const resumed = runs.resumeAll();
  runs.own(resumed.then((count) => startLogger.info('runs-resumed', { count })));
  return {
    url: door.url,
    metrics: () => metrics.text(),
    close: async () => {
      streams.closeAll();
      publisher.close();
      await Promise.all([
        door.close(GRACE_MS + 1_000),
        metricsDoor?.close(0),
        runs.drain(GRACE_MS),
      ]);
      await engine.transport.close();
      await store.close();
    },
  };
}
