import type { Enclave } from '../keys/enclave.js';

/**
 * Wraps an Enclave port so that `count` is called once per quote. Keys and information are
 * requested only at startup, or cached.
 */
export function meteredEnclave(enclave: Enclave, count: () => void): Enclave {
  return {
    getKey: (path, purpose) => enclave.getKey(path, purpose),
    getInfo: () => enclave.getInfo(),
    getVersion: () => enclave.getVersion(),
    getQuote: (reportData) => {
      count();
      return enclave.getQuote(reportData);
    },
  };
}
