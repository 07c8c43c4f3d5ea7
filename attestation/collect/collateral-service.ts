/** Where collateral is fetched: a provisioning cache (PCCS), or Intel's own service. */

/** A service with the paths of PCS version 4, and the address of the root's revocation list. */
export type CollateralService = {
  /** The URL above `/sgx` and `/tdx`, without a slash at the end. */
  readonly baseUrl: string;
  /** Caches publish this list themselves. Intel publishes it on another host. */
  readonly rootCrlUrl: string;
};

const INTEL_HOST = 'api.trustedservices.intel.com';

/** Intel's own service, which needs neither an account nor a key for collateral. */
export const INTEL_SERVICE: CollateralService = {
  baseUrl: `https://${INTEL_HOST}`,
  rootCrlUrl: 'https://certificates.trustedservices.intel.com/IntelSGXRootCA.der',
};

/** The name that stands for Intel's own service. */
export const INTEL_NAME = 'intel';

/**
 * Returns the service that a person names: `intel`, or the URL of a cache or of Intel's service.
 * Throws TypeError for anything else.
 */
export function collateralServiceOf(name: string): CollateralService {
  if (name === INTEL_NAME || new URL(name).hostname === INTEL_HOST) return INTEL_SERVICE;
  const baseUrl = name.replace(/\/$/, '');
  return { baseUrl, rootCrlUrl: `${baseUrl}/sgx/certification/v4/rootcacrl` };
}
