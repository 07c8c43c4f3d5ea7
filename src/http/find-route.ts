/**
 * Finds the route of a request in a tree of paths, so that the search does not grow with the table.
 */
import { METHODS } from 'node:http';
import Router from 'find-my-way';

/** A route that was found, with the parameters of its path, decoded. */
export type Found<T> = {
  readonly route: T;
  readonly params: Readonly<Record<string, string | undefined>>;
};

/** The search in a table of routes. A route for GET answers HEAD as well. */
export type RouteFinder<T> = {
  readonly find: (method: string, path: string) => Found<T> | undefined;
  /** Returns the methods that a path supports: none if it does not exist. */
  readonly methodsOf: (path: string) => readonly string[];
};

/** The longest parameter is a hash of 128 characters. A longer one names nothing. */
const MAX_PARAM_LENGTH = 128;

/** Creates the search. Letter case, and a slash at the end of a path, matter. */
export function createRouteFinder<T extends { readonly method: string; readonly path: string }>(
  routes: readonly T[],
): RouteFinder<T> {
  const router = Router({ maxParamLength: MAX_PARAM_LENGTH });
  const byHandler = new Map<unknown, T>();
  for (const route of routes) {
    // The library requires a function for each route. The application calls the route itself.
    const handler = (): void => undefined;
    byHandler.set(handler, route);
    router.on(
      METHODS.filter((method) => isServedBy(route, method)).filter(isMethod),
      route.path,
      handler,
    );
  }
  const find = (method: string, path: string): Found<T> | undefined => {
    const found = isMethod(method) ? router.find(method, path) : null;
    const route = byHandler.get(found?.handler);
    if (found === null || route === undefined) return undefined;
    const { params } = found;
    // The library accepts an empty parameter.
    return Object.values(params).includes('') ? undefined : { route, params };
  };
  return {
    find,
    methodsOf: (path) => METHODS.filter((method) => find(method, path) !== undefined),
  };
}

const isServedBy = (route: { readonly method: string }, method: string): boolean =>
  method === route.method || (method === 'HEAD' && route.method === 'GET');

const known: ReadonlySet<string> = new Set(METHODS);
const isMethod = (method: string): method is Router.HTTPMethod => known.has(method);
