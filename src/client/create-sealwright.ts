/**
 * The module that apps import: `createSealwright({ service })`. The app's page never receives a
 * session, a token or a key. It sends requests, and the person answers them in a page of the
 * service.
 */
import type { AccountProgress, Connected, Signed, TinyCloudBootstrap } from '../wire/protocol.js';
import { announceProvider } from './announce-provider.js';
import { ProviderError } from './provider-error.js';
import type { BootstrapListener, Sealwright, SealwrightOptions } from './sealwright.js';
import { SealwrightClient } from './sealwright-client.js';
import { SealwrightError } from './sealwright-error.js';
import { SealwrightProvider } from './sealwright-provider.js';

export type { AccountProgress, Connected, Signed, TinyCloudBootstrap };
export type { BootstrapListener, Sealwright, SealwrightOptions };
export { ProviderError, SealwrightError, SealwrightProvider };

/**
 * Creates the client of a service. Nothing is loaded before the first request. Throws TypeError if
 * `service` is not an origin.
 */
export function createSealwright(options: SealwrightOptions): Sealwright {
  const { origin } = new URL(options.service);
  if (origin === 'null') throw new TypeError('the service is an origin, https://host');
  const client = new SealwrightClient(origin, options.prefer === 'window');
  if (options.announce !== false) announceProvider(origin, client.provider);
  return client;
}
