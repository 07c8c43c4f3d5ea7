import { type ClientAddress, getHealth, getReadiness } from '../../api/health.js';
import { ServiceError } from '../../errors.js';
import { publicEndpoint, type Route } from '../route.js';
import type { Services } from '../services.js';
import { findAddressKey } from '../../limits/client-address.js';
import type { LimitedKey } from '../../limits/keyed-limiter.js';
import { peerKindOf } from '../proxy-protocol/peer-kind.js';

/** Returns the routes of liveness and readiness. */
export function healthRoutes(services: Services): readonly Route[] {
  return [
    publicEndpoint(getHealth, {
      limit: 'probe',
      handle: async () => ({ status: 200, body: { status: 'alive' } }),
    }),
    publicEndpoint(getReadiness, {
      limit: 'probe',
      handle: async ({ client }) => {
        const unready = await services.findUnready();
        if (unready.length > 0) throw new ServiceError('ERR_NOT_READY', { detail: { unready } });
        const certificate = services.certificateState?.();
        const told = certificate === undefined ? {} : { certificate };
        const clientAddress = addressOf(client);
        return {
          status: 200,
          body: { status: 'ready', ...services.nodeState(), ...told, clientAddress },
        };
      },
    }),
  ];
}

const LOOPBACK_KEY = findAddressKey('::1')?.own;

/** Returns whose address a request is counted on. */
export function addressOf({ own }: LimitedKey): ClientAddress {
  const kind = own === LOOPBACK_KEY ? 'machine' : peerKindOf(own);
  return kind === 'stranger' ? 'own' : kind;
}
