import { getHealth, getReadiness } from '../../api/health.js';
import { ServiceError } from '../../errors.js';
import { publicEndpoint, type Route } from '../route.js';
import type { Services } from '../services.js';

/** Returns the routes of liveness and readiness. */
export function healthRoutes(services: Services): readonly Route[] {
  return [
    publicEndpoint(getHealth, {
      limit: 'probe',
      handle: async () => ({ status: 200, body: { status: 'alive' } }),
    }),
    publicEndpoint(getReadiness, {
      limit: 'probe',
      handle: async () => {
        const unready = await services.findUnready();
        if (unready.length > 0) throw new ServiceError('ERR_NOT_READY', { detail: { unready } });
        const certificate = services.certificateState?.();
        const told = certificate === undefined ? {} : { certificate };
        return { status: 200, body: { status: 'ready', ...services.nodeState(), ...told } };
      },
    }),
  ];
}
