import { z } from 'zod';
import { hex } from '../../protocol/bytes.js';
import { signMessage } from '../../signing/sign-message.js';
import { sessionRoute, type Route, type RouteRequest } from '../route.js';
import type { Services } from '../services.js';

const signBody = z.strictObject({
  // Characters; the bytes are bounded where they are known.
  message: z.string().max(2 * 32 * 1024 + 2),
  format: z.enum(['personal_sign', 'raw']).default('personal_sign'),
});

/** `Prefer: respond-async` (RFC 7240) asks for the signature at once, however far the account is. */
function prefersAsync(request: RouteRequest<unknown, unknown>): boolean {
  const preferences = (request.header('prefer') ?? '').split(',');
  return preferences.some((preference) => preference.trim().toLowerCase() === 'respond-async');
}

export const statusUrlOf = (keyId: string): string => `/api/keys/${keyId}/bootstrap`;

export function signRoutes(services: Services): readonly Route[] {
  const { keys, afterSign, config, metrics } = services;
  return [
    sessionRoute({
      method: 'POST',
      path: '/api/keys/:id/sign',
      summary: 'Sign a message, and set up the TinyCloud account where it is a sign-in to one',
      limit: 'sign',
      body: signBody,
      handle: async (request, { user }) => {
        const { message, format } = request.body;
        const budgetMs = prefersAsync(request) ? 0 : config.TINYCLOUD_BOOTSTRAP_SYNC_BUDGET_MS;
        const keyId = request.params['id'] ?? '';
        const signed = await signMessage(keys, afterSign, {
          user,
          keyId,
          message,
          format,
          budgetMs,
        });
        metrics.countSignature();
        return {
          status: 200,
          body: {
            signature: `0x${hex(signed.signature)}`,
            address: signed.key.address,
            format,
            tinycloudBootstrap: { ...signed.tinycloudBootstrap, statusUrl: statusUrlOf(keyId) },
          },
        };
      },
    }),
  ];
}
