/**
 * The places of a node that are taken, in slots of a few seconds. A place is taken when the
 * databases of an account are used, and is free again once the node has certainly closed them.
 * Times are monotonic.
 */

/** How many places were taken within a few seconds. */
export type Slot = { readonly atMs: number; readonly count: number };

/** Returns how many places the slots have. */
export const placesIn = (slots: readonly Slot[]): number =>
  slots.reduce((total, { count }) => total + count, 0);

/** Returns the slots that are later than a time. */
export const laterThan = (slots: readonly Slot[], sinceMs: number): readonly Slot[] =>
  slots.filter(({ atMs }) => atMs > sinceMs);

/** Returns the slots with one place more at this time. */
export function withPlace(slots: readonly Slot[], atMs: number): readonly Slot[] {
  const at = slots.findIndex((slot) => slot.atMs === atMs);
  const slot = slots[at];
  if (slot !== undefined) return slots.with(at, { atMs, count: slot.count + 1 });
  return [...slots, { atMs, count: 1 }].toSorted((a, b) => a.atMs - b.atMs);
}

/**
 * Returns the slots with one place fewer at this time. Another process may have stored the place at
 * a slightly different time, so the nearest slot counts.
 */
export function withoutPlace(slots: readonly Slot[], atMs: number): readonly Slot[] {
  const [nearest] = slots.toSorted((a, b) => Math.abs(a.atMs - atMs) - Math.abs(b.atMs - atMs));
  return slots
    .map((slot) => (slot === nearest ? { ...slot, count: slot.count - 1 } : slot))
    .filter(({ count }) => count > 0);
}

/** What the wait for a place depends on. */
export type Outlook = {
  readonly slots: readonly Slot[];
  readonly nowMs: number;
  /** How long a place stays taken. */
  readonly lifetimeMs: number;
  /** How many places may be taken at a time in the future. */
  readonly allowedAt: (atMs: number) => number;
  /** How many runs can begin within a second. */
  readonly runsPerSecond: number;
};

/** The steps in which the future is computed are this part of the lifetime. */
const STEPS = 66;
/** So that a sum of fractions that should be a whole number counts as one. */
const ROUNDING = 1e-9;
/** Nothing is said about a time further ahead than this many lifetimes. */
const MOST_LIFETIMES = 100;

/**
 * Returns in how many milliseconds a run begins that waits behind `ahead` others, or undefined if
 * that is too far ahead to be known.
 */
export function waitBehind(ahead: number, outlook: Outlook): number | undefined {
  const { nowMs, lifetimeMs, allowedAt, runsPerSecond } = outlook;
  const stepMs = lifetimeMs / STEPS;
  const ends = outlook.slots.map(({ atMs, count }) => ({ atMs: atMs + lifetimeMs, count }));
  const perStep = (stepMs / 1_000) * runsPerSecond;
  let [left, taken, credit] = [ahead, placesIn(outlook.slots), Math.max(0, 1 - perStep)];
  for (let step = 0; step <= STEPS * MOST_LIFETIMES; step += 1) {
    const atMs = nowMs + step * stepMs;
    while (ends[0] !== undefined && ends[0].atMs <= atMs) taken -= ends.shift()?.count ?? 0;
    credit = (perStep < 1 ? Math.min(credit, 1) : credit % 1) + perStep;
    const count = Math.max(0, Math.min(Math.floor(credit + ROUNDING), allowedAt(atMs) - taken));
    if (left < count) return atMs - nowMs;
    left -= count;
    taken += count;
    credit -= count;
    ends.push({ atMs: atMs + lifetimeMs, count });
  }
  return undefined;
}
