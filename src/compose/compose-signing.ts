/** Composes signing: policy, reviews, the allow-list and the reporting of decisions. */
import type { SessionRegistry } from '../accounts/session-registry.js';
import { findAllowedRequest } from '../provisioning/allow-list.js';
import { createFindHostPeer } from '../provisioning/find-host-peer.js';
import { createFindSideEffects } from '../provisioning/find-side-effects.js';
import type { ProvisioningContext } from '../provisioning/provisioning-context.js';
import type { Config } from '../config.js';
import type { Logger } from '../runtime/logger.js';
import { createApproveWithPasskey } from '../sign-in/approve-with-passkey.js';
import { createExportTurns } from '../signing/export-key.js';
import { PendingReviews } from '../signing/review/pending-reviews.js';
import { type Reviews, reviewsInMemory } from '../signing/review/reviews.js';

/** Creates the reviews of a process that owns its store. They end with their session. */
export function createReviews(
  clock: () => number,
  sessions: Pick<SessionRegistry, 'onEnded'>,
): Reviews {
  const reviews = new PendingReviews({
    clock,
    schedule: (task, delayMs) => void setTimeout(task, delayMs).unref(),
  });
  sessions.onEnded((sessionId) => reviews.dropSession(sessionId));
  return reviewsInMemory(reviews);
}

/** Creates what signs requests and what presents them for review. */
export function composeSigning(
  config: Config,
  context: ProvisioningContext,
  logger: Logger,
  reviews: Reviews,
) {
  const { users, engine } = context;
  const passkeys = {
    origin: config.PUBLIC_ORIGIN,
    rpId: new URL(config.PUBLIC_ORIGIN).hostname,
    appOrigins: config.APP_ORIGINS,
  };
  return {
    passkeys,
    reviews,
    signing: {
      ownHost: new URL(config.PUBLIC_ORIGIN).host,
      appOrigins: config.APP_ORIGINS,
      chainIds: config.TINYCLOUD_CHAIN_IDS,
    },
    keyExport: createExportTurns(config.KEY_EXPORT),
    delegateDomains: config.DELEGATE_SIGN_DOMAINS,
    findAllowedRequest,
    findHostPeer: createFindHostPeer(engine),
    findSideEffects: createFindSideEffects(context),
    verifyAssertion: createApproveWithPasskey({ users, passkeys }),
    reportDecision: (
      keyId: string,
      { effect, ruleId }: { readonly effect: string; readonly ruleId: string },
      code?: string,
    ): void => {
      const fields = { keyId, state: effect, ruleId, ...(code === undefined ? {} : { code }) };
      if (effect === 'sign') logger.info('signature-given', fields);
      else logger.warn('signature-refused', fields);
    },
  } as const;
}
