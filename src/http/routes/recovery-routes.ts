import * as contract from '../../api/recovery.js';
import { timestampOf } from '../../protocol/timestamp.js';
import { replaceRecoveryCodes, signInWithRecoveryCode } from '../../sign-in/recovery.js';
import { requireOwnOrigin } from '../own-origin.js';
import { publicEndpoint, sessionEndpoint, type Route } from '../route.js';
import type { Services } from '../services.js';
import { readSessionCookie } from '../session-cookie.js';
import { answerSignIn } from './sign-in-routes.js';

/** Returns the routes of recovery codes. */
export function recoveryRoutes(services: Services): readonly Route[] {
  const { clock, config } = services;
  return [
    sessionEndpoint(contract.replaceRecoveryCodes, {
      limit: 'credential',
      change: 'recovery-replace',
      handle: async (_request, live) => {
        const { codes, user } = await replaceRecoveryCodes(services, live);
        const createdAt = timestampOf(user.recovery?.createdAtMs ?? clock());
        return { status: 201, body: { codes: [...codes], createdAt } };
      },
    }),
    publicEndpoint(contract.signInWithRecoveryCode, {
      limit: 'sign-in',
      handle: async ({ header, body, countAttempt }) => {
        requireOwnOrigin(header, config.PUBLIC_ORIGIN);
        const currentToken = readSessionCookie(header('cookie'));
        const begun = await signInWithRecoveryCode(services, body.code, currentToken, countAttempt);
        return answerSignIn(begun, clock());
      },
    }),
  ];
}
