import type { EraseAccount } from '../accounts/erase-account.js';
import type { RecoverySets } from '../accounts/recovery-sets.js';
import type { SessionRegistry } from '../accounts/session-registry.js';
import type { Users } from '../accounts/users.js';
import type { WalletAliases } from '../accounts/wallet-aliases.js';
import type { Publisher } from '../evidence/publisher.js';
import type { BootstrapRuns } from '../provisioning/bootstrap-runs.js';
import type { Reverifications } from '../provisioning/reverifications.js';
import type { Config } from '../config.js';
import type { Limiters } from '../limits/limiters.js';
import type { Ecdsa } from '../keys/ecdsa.js';
import type { ServiceKeys } from '../keys/service-keys.js';
import type { ContractWallets } from '../sign-in/contract-wallets.js';
import type { Logger } from '../runtime/logger.js';
import type { Metrics } from '../runtime/metrics.js';
import type { PasskeySettings } from '../sign-in/passkey-client-data.js';
import type { ChallengeContext } from '../sign-in/wallet-challenge.js';
import type { DelegateContext } from '../signing/delegate-sign.js';
import type { ExportTurns } from '../signing/export-key.js';
import type { ReviewedContext } from '../signing/sign-reviewed.js';
import type { NodeState, UnreadyPart } from '../api/health.js';
import type { EventStreams } from './event-streams.js';
import type { RequestLimits } from './limits/request-limits.js';

/** What the routes depend on. The composition root creates it. */
export type Services = ReviewedContext &
  DelegateContext & {
    readonly config: Config;
    readonly users: Users;
    readonly aliases: WalletAliases;
    readonly recoverySets: RecoverySets;
    readonly keyExport: ExportTurns;
    readonly ecdsa: Ecdsa;
    readonly contractWallets?: ContractWallets | undefined;
    readonly sessions: SessionRegistry;
    readonly eraseAccount: EraseAccount;
    readonly keys: ServiceKeys;
    readonly runs: BootstrapRuns;
    readonly reverifications: Reverifications;
    readonly publisher: Publisher;
    readonly limiters: Limiters;
    readonly requestLimits: RequestLimits;
    readonly challenges: ChallengeContext;
    readonly passkeys: PasskeySettings;
    readonly streams: EventStreams;
    readonly clock: () => number;
    readonly randomBytes: (length: number) => Uint8Array;
    readonly logger: Logger;
    readonly metrics: Metrics;
    /**
     * Resolves to the parts that are not ready. The list is empty when the service can do its work.
     */
    readonly findUnready: () => Promise<readonly UnreadyPart[]>;
    /** What the certificate that the service obtains is like. Reported as the node is. */
    readonly certificateState: (() => 'valid' | 'delayed' | 'expired') | undefined;
    /**
     * Whether this process has reached the node. It is reported, but it never makes the service
     * unready.
     */
    readonly nodeState: () => NodeState;
  };
