export type Gate = {
  /** Waits until the gate is open. */
  readonly hold: () => Promise<void>;
  /** Opens the gate for good. */
  readonly goOn: () => void;
};

/**
 * Returns a gate that is closed: a test holds work there until it has seen what it wants to see
 * meanwhile.
 */
export function createGate(): Gate {
  let goOn = (): void => undefined;
  const opened = new Promise<void>((done) => (goOn = done));
  return { hold: () => opened, goOn: () => goOn() };
}
