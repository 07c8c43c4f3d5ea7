import type { Ecdsa } from '../keys/ecdsa.js';

/**
 * Wraps an Ecdsa port so that `count` is called once per operation, for the metrics and for tests
 * of what a request costs.
 */
export function meteredEcdsa(ecdsa: Ecdsa, count: () => void): Ecdsa {
  return {
    publicKeyOf: (privateKey) => {
      count();
      return ecdsa.publicKeyOf(privateKey);
    },
    sign: (digest, privateKey) => {
      count();
      return ecdsa.sign(digest, privateKey);
    },
    recover: (digest, compact, recoveryId) => {
      count();
      return ecdsa.recover(digest, compact, recoveryId);
    },
  };
}
