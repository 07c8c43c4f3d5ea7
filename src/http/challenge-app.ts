import Koa from 'koa';

/**
 * Creates the application of a service that has no certificate yet. No request reaches it, because
 * only connections of the authority's challenges complete their handshake, and those carry no data.
 */
export const createChallengeApp = (): Koa => new Koa();
