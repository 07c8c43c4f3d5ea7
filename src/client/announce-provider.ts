/** Announces the provider to pages that look for wallets (EIP-6963). */
import type { SealwrightProvider } from './sealwright-provider.js';

const ICON =
  'data:image/svg+xml,' +
  encodeURIComponent(
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="7" fill="#1f5f4a"/>' +
      '<path d="M16 6l8 3v6c0 5-3 9-8 11-5-2-8-6-8-11V9z" fill="none" stroke="#fff" stroke-width="2"/>' +
      '<path d="M12 16l3 3 5-6" fill="none" stroke="#fff" stroke-width="2"/></svg>',
  );

/** Announces the provider, and returns a function that stops it. */
export function announceProvider(service: string, provider: SealwrightProvider): () => void {
  const info = Object.freeze({
    uuid: crypto.randomUUID(),
    name: 'Sealwright',
    icon: ICON,
    rdns: new URL(service).hostname.split('.').toReversed().join('.'),
  });
  const detail = Object.freeze({ info, provider });
  const announce = (): void => {
    window.dispatchEvent(new CustomEvent('eip6963:announceProvider', { detail }));
  };
  window.addEventListener('eip6963:requestProvider', announce);
  announce();
  return () => window.removeEventListener('eip6963:requestProvider', announce);
}
