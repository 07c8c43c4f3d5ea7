import type { StateStore } from '../accounts/state-store.js';
import type { Enclave } from '../keys/enclave.js';

const FRESH_MS = 1_000;

/**
 * Returns a function that resolves to the names of the parts that are not ready. Its result is
 * reused for one second, however often it is called, unless the clock has been set back.
 */
export function createReadiness(
  store: StateStore,
  enclave: Enclave,
  clock: () => number,
): () => Promise<readonly string[]> {
  let latest: { readonly atMs: number; readonly unready: Promise<readonly string[]> } | undefined;

  async function look(): Promise<readonly string[]> {
    const [writable, answers] = await Promise.all([
      store.isWritable().catch(() => false),
      enclave.getInfo().then(
        () => true,
        () => false,
      ),
    ]);
    return [...(writable ? [] : ['store']), ...(answers ? [] : ['enclave'])];
  }

  return () => {
    const ageMs = latest === undefined ? FRESH_MS : clock() - latest.atMs;
    if (latest === undefined || ageMs < 0 || ageMs >= FRESH_MS) {
      latest = { atMs: clock(), unready: look() };
    }
    return latest.unready;
  };
}
