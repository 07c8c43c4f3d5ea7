/** Ports that count what is asked of them, so that a test and an operator see what a request cost. */
import type { Ecdsa } from './ecdsa.js';
import type { Enclave } from './enclave.js';

export function countedEcdsa(ecdsa: Ecdsa, count: () => void): Ecdsa {
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

/** Counts quotes; the rest is asked at the start alone, or cached. */
export function countedEnclave(enclave: Enclave, count: () => void): Enclave {
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
