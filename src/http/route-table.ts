import type { Route } from './route.js';
import type { Services } from './services.js';
import { pageRoutes } from './pages/page-routes.js';
import { accountRoutes } from './routes/account-routes.js';
import { appRoutes } from './routes/app-routes.js';
import { attestationRoutes } from './routes/attestation-routes.js';
import { auditRoutes } from './routes/audit-routes.js';
import { bootstrapRoutes } from './routes/bootstrap-routes.js';
import { currentSessionRoutes } from './routes/current-session-routes.js';
import { credentialRoutes } from './routes/credential-routes.js';
import { delegateRoutes } from './routes/delegate-routes.js';
import { healthRoutes } from './routes/health-routes.js';
import { keyRoutes } from './routes/key-routes.js';
import { descriptionRoute } from './openapi/openapi-document.js';
import { referenceRoute } from './reference/reference-route.js';
import { passkeyRoutes } from './routes/passkey-routes.js';
import { recoveryRoutes } from './routes/recovery-routes.js';
import { reviewRoutes } from './routes/review-routes.js';
import { sessionRoutes } from './routes/session-routes.js';
import { signInRoutes } from './routes/sign-in-routes.js';
import { signRoutes } from './routes/sign-routes.js';

/**
 * Returns every route of the service. The description of the API is generated from this table,
 * without the pages.
 */
export function createRouteTable(services: Services): readonly Route[] {
  const routes = [
    ...healthRoutes(services),
    ...attestationRoutes(services),
    ...signInRoutes(services),
    ...currentSessionRoutes(),
    ...passkeyRoutes(services),
    ...recoveryRoutes(services),
    ...accountRoutes(services),
    ...sessionRoutes(services),
    ...appRoutes(services),
    ...credentialRoutes(services),
    ...auditRoutes(services),
    ...keyRoutes(services),
    ...reviewRoutes(services),
    ...signRoutes(services),
    ...delegateRoutes(services),
    ...bootstrapRoutes(services),
  ];
  const { PUBLIC_ORIGIN } = services.config;
  const described = [...routes, descriptionRoute(routes, PUBLIC_ORIGIN)];
  return [...described, referenceRoute(described, PUBLIC_ORIGIN), ...pageRoutes(services)];
}
