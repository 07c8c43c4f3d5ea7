import type { signInWithRecoveryCode } from '../api/recovery.js';
import { element } from '../pages/element.js';
import { callService } from '../pages/service-api.js';
import { ask } from './ask.js';
import { t } from '../pages/translate.js';

/** Asks for a recovery code, and signs in with it. */
export const askForRecoveryCode = (): Promise<void> =>
  ask({
    title: t('Use a recovery code'),
    body: [element('p', {}, t('Each code works once. Add a passkey when you are in.'))],
    action: t('Continue'),
    field: { label: t('Recovery code') },
    run: async (code) => {
      await callService<typeof signInWithRecoveryCode>('POST', '/api/auth/recovery/verify', {
        code,
      });
    },
  });
