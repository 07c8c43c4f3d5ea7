/** Where Intel's data about this platform come from. PORT; never rejects, and answers at once with what it has. */
export type CollateralSource = {
  current(): Readonly<Record<string, string>> | null;
  close(): void;
};

/** For a service without a provisioning cache: whoever verifies brings the data. */
export const NO_COLLATERAL: CollateralSource = { current: () => null, close: () => undefined };
