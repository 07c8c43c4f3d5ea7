/** Recovery codes: a way back into an account whose passkeys and wallets are lost. */
import { z } from 'zod';
import type { Endpoint, Json } from './endpoint.js';
import { time } from './formats.js';
import { CHANGE_ERRORS } from './problem.js';
import { signedIn } from './sign-in.js';

const newCodes = z
  .strictObject({
    codes: z.array(z.string()).meta({ description: 'Shown this once. Each signs in once.' }),
    createdAt: time,
  })
  .meta({ id: 'RecoveryCodes', description: 'The new recovery codes of the account.' });

const recoverySignIn = z
  .strictObject({ code: z.string().max(100) })
  .meta({ id: 'RecoverySignIn', examples: [{ code: '9QZ1-0C7M-2RTB-XW4K-HV6E-N3PA' }] });

/** The new recovery codes of the account. */
export type RecoveryCodes = Json<typeof newCodes>;

export const replaceRecoveryCodes = {
  id: 'replaceRecoveryCodes',
  tag: 'account',
  method: 'POST',
  path: '/api/account/recovery-codes',
  summary: 'Create ten recovery codes, which replace all earlier ones',
  replies: { 201: newCodes },
  errors: [],
} as const satisfies Endpoint;

export const signInWithRecoveryCode = {
  id: 'signInWithRecoveryCode',
  tag: 'sign-in',
  method: 'POST',
  path: '/api/auth/recovery/verify',
  summary: 'Begin a browser session with a recovery code',
  request: recoverySignIn,
  replies: { 200: signedIn },
  errors: [...CHANGE_ERRORS, 'ERR_ORIGIN_REFUSED', 'ERR_RECOVERY_CODE', 'ERR_RECOVERY_LOCKED'],
} as const satisfies Endpoint;
