import type { Route } from './route.js';
import type { Services } from './services.js';
import { accountRoutes } from './routes/account-routes.js';
import { attestationRoutes } from './routes/attestation-routes.js';
import { bootstrapRoutes } from './routes/bootstrap-routes.js';
import { healthRoutes } from './routes/health-routes.js';
import { keyRoutes } from './routes/key-routes.js';
import { openApiRoute } from './routes/openapi-route.js';
import { signInRoutes } from './routes/sign-in-routes.js';
import { signRoutes } from './routes/sign-routes.js';

/** Every route of the service; the API description is made from this table. */
export function createRouteTable(services: Services): readonly Route[] {
  const routes = [
    ...healthRoutes(services),
    ...attestationRoutes(services),
    ...signInRoutes(services),
    ...accountRoutes(services),
    ...keyRoutes(services),
    ...signRoutes(services),
    ...bootstrapRoutes(services),
  ];
  return [...routes, openApiRoute(routes)];
}
