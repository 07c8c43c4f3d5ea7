import { z } from 'zod';
import { delegateSign } from '../../signing/delegate-sign.js';
import { parseSigningRequest } from '../../signing/signing-request.js';
import { sessionRoute, type Route } from '../route.js';
import type { Services } from '../services.js';
import { budgetOf, messageText, viewSignature } from './sign-routes.js';

const delegateBody = z.strictObject({
  address: z.string().max(100),
  chainId: z.number().int().positive(),
  message: messageText,
  type: z.enum(['siwe', 'message']),
  keyId: z.string().max(100).optional(),
});

export function delegateRoutes(services: Services): readonly Route[] {
  return [
    sessionRoute({
      method: 'POST',
      path: '/api/delegate/sign',
      summary:
        'Sign one of the requests that set up the own account, without asking, where that was allowed',
      limit: 'delegate-sign',
      change: 'sign',
      body: delegateBody,
      handle: async (request, { user, session }) => {
        const { message, ...named } = request.body;
        const { keyId, address } = named;
        const key = user.keys.find(({ id, address: own }) =>
          keyId === undefined ? own === address : id === keyId,
        );
        if (key !== undefined) await request.countKey(key.id);
        const budgetMs = budgetOf(request, services.config);
        const result = await delegateSign(services, {
          ...named,
          user,
          session,
          request: parseSigningRequest(message, 'personal_sign'),
          budgetMs,
        });
        if (!result.approved) {
          const { code, reason } = result;
          return { status: 200, body: { approved: false, needsApproval: true, reason, code } };
        }
        services.metrics.countSignature();
        const { signature, tinycloudBootstrap } = viewSignature(result.signed);
        return { status: 200, body: { approved: true, signature, tinycloudBootstrap } };
      },
    }),
  ];
}
