/**
 * Decides whether a click on "Approve" comes from a person who could see what they approve.
 *
 * | The click                                                   | Code                  |
 * | ----------------------------------------------------------- | --------------------- |
 * | was made by a script                                        | ERR_APPROVE_UNTRUSTED |
 * | came while a part of the frame could not be seen            | ERR_APPROVE_HIDDEN    |
 * | came less than SETTLE_MS after that, or from a held key     | ERR_APPROVE_TOO_EARLY |
 * | came less than SETTLE_MS after a refused click              | ERR_APPROVE_TOO_EARLY |
 * | came less than SETTLE_MS after the frame moved              | ERR_APPROVE_MOVED     |
 *
 * A refused click restarts the delay, as in the prompts of browsers. A person who clicks repeatedly
 * in one place, as in a game, therefore approves nothing that appears under the pointer.
 *
 * `isSettled` tells when a delay is over, so that the button can show it and nobody has to try. It
 * decides nothing: a frame that moved, or that is covered, is noticed when the click is judged.
 *
 * The browser reports that nothing covers the frame (Intersection Observer v2). A page cannot ask
 * where its frame is on the screen, but each pointer event shows it, so the first event after a
 * move reveals that the frame moved under the pointer.
 */
import type { WidgetErrorCode } from '../wire/error-codes.js';

export const SETTLE_MS = 500;

/** Differences below this, in CSS pixels, come from rounding on scaled screens. */
const SAME_PX = 2;

type VisibilityEntry = IntersectionObserverEntry & { readonly isVisible?: boolean };
type VisibilityOptions = IntersectionObserverInit & {
  readonly trackVisibility: boolean;
  readonly delay: number;
};

/** Returns whether the browser can report that nothing covers a frame. */
export const canProveVisible = (): boolean => 'isVisible' in IntersectionObserverEntry.prototype;

/**
 * How much of the frame's area may be missing where the observer reports again: in steps that are
 * finer than a line of one pixel, so that no clipping stays unreported.
 */
const THRESHOLDS = [0, ...Array.from({ length: 41 }, (_, step) => 1 - step * 0.00025)];

/**
 * Returns whether all of the frame is inside what is painted. A frame that starts between two
 * pixels, as a centered one does, loses a part of a pixel at its edge if it shares the process of
 * the app, which frames of the same site do.
 */
export function isWhole({
  boundingClientRect: frame,
  intersectionRect: seen,
}: Pick<IntersectionObserverEntry, 'boundingClientRect' | 'intersectionRect'>): boolean {
  return (
    seen.width > 0 &&
    seen.left - frame.left < 1 &&
    seen.top - frame.top < 1 &&
    frame.right - seen.right < 1 &&
    frame.bottom - seen.bottom < 1
  );
}

type Place = { readonly x: number; readonly y: number; readonly sinceMs: number };

export class ApproveGuard {
  readonly #isEmbedded: boolean;
  readonly #abort = new AbortController();
  readonly #observer: IntersectionObserver | undefined;
  readonly #shownAtMs = performance.now();
  #refusedAtMs = Number.NEGATIVE_INFINITY;
  #visibleSinceMs: number | undefined;
  #place: Place | undefined;
  #isRepeat = false;
  readonly #onSettled: (isSettled: boolean) => void;
  #isSettled = false;
  #timer = 0;

  /**
   * `veil` covers the page and ignores the pointer. `isEmbedded` is true in a frame. `onSettled` is
   * called whenever a delay begins or ends.
   */
  constructor(veil: Element, isEmbedded: boolean, onSettled: (isSettled: boolean) => void) {
    this.#isEmbedded = isEmbedded;
    this.#onSettled = onSettled;
    this.#settle();
    const { signal } = this.#abort;
    const listen = { capture: true, signal };
    for (const name of ['pointermove', 'pointerdown', 'pointerover'] as const) {
      window.addEventListener(name, (event) => this.#note(event), listen);
    }
    window.addEventListener('keydown', ({ repeat }) => (this.#isRepeat = repeat), listen);
    if (!isEmbedded) return;
    const options: VisibilityOptions = { threshold: THRESHOLDS, trackVisibility: true, delay: 100 };
    this.#observer = new IntersectionObserver((entries) => this.#see(entries.at(-1)), options);
    this.#observer.observe(veil);
  }

  /** Returns a code of the table above, or undefined if the click counts. */
  judge(event: MouseEvent): WidgetErrorCode | undefined {
    if (!event.isTrusted) return 'ERR_APPROVE_UNTRUSTED';
    const nowMs = performance.now();
    const code = this.#findFault(event, nowMs) ?? this.#findHaste(nowMs);
    if (code !== undefined) this.refuse();
    return code;
  }

  #findFault(event: MouseEvent, nowMs: number): WidgetErrorCode | undefined {
    if (nowMs - this.#shownAtMs < SETTLE_MS) return 'ERR_APPROVE_TOO_EARLY';
    if (document.visibilityState !== 'visible') return 'ERR_APPROVE_HIDDEN';
    if (!this.#isEmbedded) return this.#isHeldKey(event) ? 'ERR_APPROVE_TOO_EARLY' : undefined;
    if (this.#visibleSinceMs === undefined) return 'ERR_APPROVE_HIDDEN';
    const isEarly = nowMs - this.#visibleSinceMs < SETTLE_MS;
    // The position does not matter without a pointer, as with a key or a screen reader.
    if (event.detail === 0) {
      return isEarly || this.#isHeldKey(event) ? 'ERR_APPROVE_TOO_EARLY' : undefined;
    }
    // Browsers may report a frame as covered while it moves. The person is told of the move.
    if (nowMs - this.#note(event).sinceMs < SETTLE_MS) return 'ERR_APPROVE_MOVED';
    return isEarly ? 'ERR_APPROVE_TOO_EARLY' : undefined;
  }

  #findHaste(nowMs: number): WidgetErrorCode | undefined {
    return nowMs - this.#refusedAtMs < SETTLE_MS ? 'ERR_APPROVE_TOO_EARLY' : undefined;
  }

  /** Notes that a click was refused for another reason, which restarts the delay. */
  refuse(): void {
    this.#refusedAtMs = performance.now();
    this.#settle();
  }

  /** Whether no delay runs. */
  get isSettled(): boolean {
    return this.#isSettled;
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#abort.abort();
    this.#observer?.disconnect();
  }

  #isHeldKey(event: MouseEvent): boolean {
    return event.detail === 0 && this.#isRepeat;
  }

  #see(entry: VisibilityEntry | undefined): void {
    const isVisible = entry?.isVisible === true && isWhole(entry);
    if (isVisible === (this.#visibleSinceMs !== undefined)) return;
    this.#visibleSinceMs = isVisible ? performance.now() : undefined;
    this.#settle();
  }

  /** Begins a delay, and reports its end. */
  #settle(): void {
    const report = (isSettled: boolean): void => {
      if (isSettled === this.#isSettled) return;
      this.#isSettled = isSettled;
      this.#onSettled(isSettled);
    };
    clearTimeout(this.#timer);
    report(false);
    this.#timer = window.setTimeout(() => report(true), SETTLE_MS);
  }

  /** Returns where the frame is on the screen, and since when. */
  #note({ screenX, screenY, clientX, clientY, isTrusted }: MouseEvent): Place {
    const x = screenX - clientX;
    const y = screenY - clientY;
    const before = this.#place;
    const isSame =
      before !== undefined &&
      Math.abs(before.x - x) <= SAME_PX &&
      Math.abs(before.y - y) <= SAME_PX;
    if (isSame) return before;
    const place = { x, y, sinceMs: performance.now() };
    if (isTrusted) this.#place = place;
    return place;
  }
}
