import type { signInWithRecoveryCode } from '../api/recovery.js';
import { element } from '../pages/element.js';
import { callService } from '../pages/service-api.js';
import { ask } from './ask.js';

/** Asks for a recovery code, and signs in with it. */
export const askForRecoveryCode = (): Promise<void> =>
  ask({
    title: 'Use a recovery code',
    body: [element('p', {}, 'Each code works once. Add a passkey when you are in.')],
    action: 'Continue',
    field: { label: 'Recovery code' },
    run: async (code) => {
      await callService<typeof signInWithRecoveryCode>('POST', '/api/auth/recovery/verify', {
        code,
      });
    },
  });
