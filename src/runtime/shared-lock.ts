/**
 * A readers-writer lock with any number of shared holders or one exclusive holder. A waiting
 * exclusive holder takes precedence over later shared ones, so it cannot starve.
 */
export type SharedLock = {
  shared<T>(work: () => Promise<T>): Promise<T>;
  exclusive<T>(work: () => Promise<T>): Promise<T>;
};

type Waiter = { readonly exclusive: boolean; readonly start: () => void };

/** Creates a lock without holders. */
export function createSharedLock(): SharedLock {
  let sharedHolders = 0;
  let exclusiveHeld = false;
  const waiting: Waiter[] = [];

  const isFree = (exclusive: boolean): boolean =>
    !exclusiveHeld && (!exclusive || sharedHolders === 0);

  function startWaiting(): void {
    for (let next = waiting[0]; next !== undefined && isFree(next.exclusive); next = waiting[0]) {
      waiting.shift();
      take(next.exclusive);
      next.start();
    }
  }

  function take(exclusive: boolean): void {
    if (exclusive) exclusiveHeld = true;
    else sharedHolders += 1;
  }

  async function hold<T>(exclusive: boolean, work: () => Promise<T>): Promise<T> {
    if (waiting.length === 0 && isFree(exclusive)) take(exclusive);
    else await new Promise<void>((start) => waiting.push({ exclusive, start }));
    try {
      return await work();
    } finally {
      if (exclusive) exclusiveHeld = false;
      else sharedHolders -= 1;
      startWaiting();
    }
  }

  return { shared: (work) => hold(false, work), exclusive: (work) => hold(true, work) };
}
