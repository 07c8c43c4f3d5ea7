import { ServiceError } from '../../errors.js';
import { publicRoute, type Route } from '../route.js';
import type { Services } from '../services.js';

export function healthRoutes(services: Services): readonly Route[] {
  return [
    publicRoute({
      method: 'GET',
      path: '/healthz',
      summary: 'The process is alive',
      limit: 'probe',
      handle: async () => ({ status: 200, body: { status: 'alive' } }),
    }),
    publicRoute({
      method: 'GET',
      path: '/readyz',
      summary: 'State can be written and the enclave answered',
      limit: 'probe',
      handle: async () => {
        const unready = await services.findUnready();
        if (unready.length > 0) throw new ServiceError('ERR_NOT_READY', { detail: { unready } });
        return { status: 200, body: { status: 'ready', node: services.nodeState() } };
      },
    }),
  ];
}
