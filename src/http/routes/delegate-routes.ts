import * as contract from '../../api/delegate.js';
import { delegateSign } from '../../signing/delegate-sign.js';
import { parseSigningRequest } from '../../signing/signing-request.js';
import { sessionEndpoint, type Route } from '../route.js';
import type { Services } from '../services.js';
import { waitEndOf, viewSignature } from './sign-routes.js';

/** Returns the route of zero-gesture signing. */
export function delegateRoutes(services: Services): readonly Route[] {
  return [
    sessionEndpoint(contract.delegateSign, {
      limit: 'delegate-sign',
      change: 'sign',
      handle: async (request, { user, session }) => {
        const { message, ...named } = request.body;
        const { keyId, address } = named;
        const key = user.keys.find(({ id, address: own }) =>
          keyId === undefined ? own === address : id === keyId,
        );
        if (key !== undefined) await request.countKey(key.id);
        const untilMs = waitEndOf(request, services.config);
        const result = await delegateSign(services, {
          ...named,
          user,
          session,
          request: parseSigningRequest(message, 'personal_sign'),
          untilMs,
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
