import { TAGS } from '../../api/endpoint.js';
import { getDescription } from '../../api/openapi.js';
import { publicEndpoint, type Route } from '../route.js';
import { SESSION_COOKIE } from '../session-cookie.js';
import { Components, type JsonSchema } from './components.js';
import { describeRoute, isContract, openApiPathOf } from './describe-route.js';

const SECURITY_SCHEMES = {
  bearer: { type: 'http', scheme: 'bearer', description: 'The session of a program.' },
  cookie: {
    type: 'apiKey',
    in: 'cookie',
    name: SESSION_COOKIE,
    description:
      'The session of a browser, for pages of this service only (own Origin, or Sec-Fetch-Site: same-origin).',
  },
};

/**
 * Describes the routes of the contract (OpenAPI 3.1). `origin` is the public origin of the service.
 */
export function describeRoutes(
  routes: readonly Route[],
  origin: string,
): JsonSchema & { readonly openapi: string } {
  const components = new Components();
  const paths: Record<string, Record<string, JsonSchema>> = {};
  for (const route of routes.filter(isContract)) {
    const operations = (paths[openApiPathOf(route.path)] ??= {});
    operations[route.method.toLowerCase()] = describeRoute(route, components);
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Sealwright',
      version: '1',
      summary: 'A signing service that sets up a TinyCloud account from one approved sign-in.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: origin }],
    tags: Object.entries(TAGS).map(([name, description]) => ({ name, description })),
    paths,
    components: { schemas: components.all(), securitySchemes: SECURITY_SCHEMES },
  };
}

/**
 * Creates the route of the description, which is generated at the first request so that it does not
 * delay the start.
 */
export function descriptionRoute(routes: readonly Route[], origin: string): Route {
  let description: ReturnType<typeof describeRoutes> | undefined;
  const route: Route = publicEndpoint(getDescription, {
    limit: 'probe',
    handle: async () => {
      description ??= describeRoutes([...routes, route], origin);
      return { status: 200, body: description };
    },
  });
  return route;
}
