/**
 * The composition root: the one place that names every adapter.
 *
 * Order matters: configuration, then the enclave's key, then the directory (locked before it is read), then the node's
 * identity, then the door. A service that can not have its key or its state never listens; one whose node is away does.
 */
import { createDstackEnclave } from '../adapters/dstack-enclave.js';
import { createEthersEcdsa } from '../adapters/ethers-ecdsa.js';
import { openLowdbDocumentStore } from '../adapters/lowdb-document-store.js';
import { openPccsCollateral } from '../adapters/pccs-collateral.js';
import { createSecp256k1Ecdsa } from '../adapters/secp256k1-ecdsa.js';
import { createSealedDocuments } from '../accounts/sealed-documents.js';
import type { DocumentStore } from '../accounts/document-store.js';
import { claimDataDirectory, type Volume } from '../accounts/store-marker.js';
import { createEraseAccount, finishErasures } from '../accounts/erase-account.js';
import { SessionRegistry } from '../accounts/session-registry.js';
import { WalletAliases } from '../accounts/wallet-aliases.js';
import type { EngineEnvironment } from '../bootstrap/node-client.js';
import { BootstrapRuns } from '../provisioning/bootstrap-runs.js';
import { createAfterSign } from '../provisioning/ensure-bootstrap.js';
import { openEvidence } from '../evidence/open-evidence.js';
import { type CollateralSource, NO_COLLATERAL } from '../evidence/collateral-source.js';
import { verifyDeployment } from '../evidence/verify-deployment.js';
import { parseSourceFile } from '../evidence/source-file.js';
import { PLAN_VERSION } from '../bootstrap/plan.js';
import {
  createEngine,
  createProvisioningContext,
  DEFAULT_TUNING,
  meetNode,
  type Tuning,
} from './compose-provisioning.js';
import { composeLimits } from './compose-limits.js';
import { composeSigning } from './compose-signing.js';
import { type Config, describeConfig } from '../config.js';
import { createApp } from '../http/create-app.js';
import { EventStreams } from '../http/event-streams.js';
import { listen, serverLimitsFor } from '../http/listen.js';
import { createMetricsApp } from '../http/metrics-app.js';
import { createReadiness } from '../http/readiness.js';
import type { Services } from '../http/services.js';
import { meteredEcdsa } from '../adapters/metered-ecdsa.js';
import { meteredEnclave } from '../adapters/metered-enclave.js';
import type { Ecdsa } from '../keys/ecdsa.js';
import type { Enclave, EnclaveInfo } from '../keys/enclave.js';
import { ServiceKeys } from '../keys/service-keys.js';
import { hex } from '../protocol/bytes.js';
import { createKeyedLock } from '../runtime/keyed-lock.js';
import { type Logger, withFields } from '../runtime/logger.js';
import { createMetrics } from '../runtime/metrics.js';

export type Surroundings = {
  readonly logger: Logger;
  readonly clock: () => number;
  readonly randomBytes: (length: number) => Uint8Array;
  /** The file that the build left beside the code, where there is one. */
  readonly sourceFile?: string | undefined;
  /** Where the guest agent listens, if not where dstack puts it: for tests, and never read from the environment. */
  readonly enclaveSocket?: string;
  /** Settings that only tests and the local run change. */
  readonly tuning?: Partial<Tuning>;
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
  const metrics = createMetrics();
  const countCrypto = (): void => metrics.countCryptoOperation();
  const enclave = meteredEnclave(
    createDstackEnclave({
      endpoint: endpoint ?? around.enclaveSocket,
      deadlineMs: tuning.enclaveDeadlineMs,
    }),
    countCrypto,
  );
  const ecdsa = meteredEcdsa(
    config.SIGNER === 'native' ? createSecp256k1Ecdsa() : createEthersEcdsa(),
    countCrypto,
  );
  const info = await enclave.getInfo();
  const { appId } = info;
  // Also in development, so that a forged mode is no way around it: only a simulator is not measured.
  if (config.SEALWRIGHT_MODE === 'production' || endpoint === undefined) {
    verifyDeployment(info.appCompose, describeConfig(config));
  }
  const keys = await openServiceKeys(enclave, ecdsa);
  const store = await openLowdbDocumentStore({ dataDir: config.DATA_DIR });
  try {
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
    const limits = composeLimits(config, metrics);
    const sessions = new SessionRegistry(clock);
    const parts = {
      documents,
      keys,
      engine,
      logger,
      metrics,
      issueReceipt,
      limiters: limits.limiters,
      onChanged: sessions.noteChange.bind(sessions),
    };
    const context = createProvisioningContext(config, tuning, parts);
    await meetNode(engine, context.identity, startLogger);
    const runs = new BootstrapRuns(context);
    const { users } = context;
    const aliases = new WalletAliases(documents, keys, users, createKeyedLock());
    const eraseRuns = (userId: string): Promise<void> => runs.eraseUser(userId);
    const erasure = { documents, users, aliases, eraseRuns };
    await finishErasures(erasure);
    const services: Services = {
      config,
      users,
      aliases,
      ecdsa,
      sessions,
      eraseAccount: createEraseAccount(erasure),
      ...composeSigning(config, context, logger, sessions),
      keys,
      runs,
      afterSign: createAfterSign(context, runs),
      publisher,
      ...limits,
      challenges: {
        publicOrigin: config.PUBLIC_ORIGIN,
        tagOf: (text) => {
          countCrypto();
          return keys.challengeTag(text);
        },
      },
      streams: new EventStreams(sessions),
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

async function openDoors(
  config: Config,
  services: Services,
  store: DocumentStore,
  engine: EngineEnvironment,
  startLogger: Logger,
): Promise<Service> {
  const { runs, sessions, metrics, publisher } = services;
  const isProxied = config.CLIENT_ADDRESSES === 'shared' || config.TRUSTED_PROXY_HOPS > 0;
  const limits = serverLimitsFor(isProxied ? 'of-proxies' : 'of-clients');
  const door = await listen(createApp(services), config.HOST, config.PORT, limits);
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
      sessions.endAll();
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
