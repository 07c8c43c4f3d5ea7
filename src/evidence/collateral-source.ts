/**
 * The source of Intel's collateral for this platform. This is a port; it never rejects and returns
 * immediately.
 */
export type CollateralSource = {
  /** Returns the latest collateral, or null if there is none. */
  current(): Readonly<Record<string, string>> | null;
  close(): void;
};

/**
 * The source for a service without a provisioning cache: the verifier must supply the collateral.
 */
export const NO_COLLATERAL: CollateralSource = { current: () => null, close: () => undefined };
