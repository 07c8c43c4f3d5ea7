/**
 * Decides whether a click on "Approve" is that of a person who could see what they approve.
 *
 * | the click                                             | code                   |
 * | ----------------------------------------------------- | ---------------------- |
 * | was made by a script                                  | ERR_APPROVE_UNTRUSTED  |
 * | came before all of the frame could be seen for a time | ERR_APPROVE_HIDDEN     |
 * | came within that time, or with a key held down        | ERR_APPROVE_TOO_EARLY  |
 * | came within that time of a click that was refused     | ERR_APPROVE_TOO_EARLY  |
 * | found the pointer at another place over the frame     | ERR_APPROVE_MOVED      |
 *
 * A click that is refused starts the delay again, as in the prompts of browsers: somebody who clicks on and on at one place,
 * in a game for instance, approves nothing that appears under the pointer.
 *
 * That nothing covers the frame is the browser's word (Intersection Observer v2). Where the frame lies on the screen a page
 * can not ask, but each event of the pointer says it: a frame that was moved under the pointer shows itself by the first one.
 */
import type { WidgetErrorCode } from '../wire/error-codes.js';

export const SETTLE_MS = 500;

/** Closer than this is the rounding of scaled screens. */
const SAME_PX = 2;

type VisibilityEntry = IntersectionObserverEntry & { readonly isVisible?: boolean };
type VisibilityOptions = IntersectionObserverInit & {
  readonly trackVisibility: boolean;
  readonly delay: number;
};

/** Whether the browser can say that nothing covers a frame. */
export const canProveVisible = (): boolean => 'isVisible' in IntersectionObserverEntry.prototype;

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

  /** `veil`: an element over everything that lets the pointer through. `isEmbedded`: in a frame, not a window of its own. */
  constructor(veil: Element, isEmbedded: boolean) {
    this.#isEmbedded = isEmbedded;
    const { signal } = this.#abort;
    const listen = { capture: true, signal };
    for (const name of ['pointermove', 'pointerdown', 'pointerover'] as const) {
      window.addEventListener(name, (event) => this.#note(event), listen);
    }
    window.addEventListener('keydown', ({ repeat }) => (this.#isRepeat = repeat), listen);
    if (!isEmbedded) return;
    const options: VisibilityOptions = { threshold: [0, 1], trackVisibility: true, delay: 100 };
    this.#observer = new IntersectionObserver((entries) => this.#see(entries.at(-1)), options);
    this.#observer.observe(veil);
  }

  /** The code of the table above, undefined where the click counts. */
  judge(event: MouseEvent): WidgetErrorCode | undefined {
    if (!event.isTrusted) return 'ERR_APPROVE_UNTRUSTED';
    const nowMs = performance.now();
    const code = this.#findFault(event, nowMs) ?? this.#findHaste(nowMs);
    if (code !== undefined) this.#refusedAtMs = nowMs;
    return code;
  }

  #findFault(event: MouseEvent, nowMs: number): WidgetErrorCode | undefined {
    if (nowMs - this.#shownAtMs < SETTLE_MS) return 'ERR_APPROVE_TOO_EARLY';
    if (document.visibilityState !== 'visible') return 'ERR_APPROVE_HIDDEN';
    if (!this.#isEmbedded) return this.#isHeldKey(event) ? 'ERR_APPROVE_TOO_EARLY' : undefined;
    if (this.#visibleSinceMs === undefined) return 'ERR_APPROVE_HIDDEN';
    if (nowMs - this.#visibleSinceMs < SETTLE_MS) return 'ERR_APPROVE_TOO_EARLY';
    // Without a pointer (a key, a screen reader) it does not matter where the frame lies.
    if (event.detail === 0) return this.#isHeldKey(event) ? 'ERR_APPROVE_TOO_EARLY' : undefined;
    const place = this.#note(event);
    return nowMs - place.sinceMs < SETTLE_MS ? 'ERR_APPROVE_MOVED' : undefined;
  }

  #findHaste(nowMs: number): WidgetErrorCode | undefined {
    return nowMs - this.#refusedAtMs < SETTLE_MS ? 'ERR_APPROVE_TOO_EARLY' : undefined;
  }

  /** Notes that a click was refused for another reason, so that the delay starts again. */
  refuse(): void {
    this.#refusedAtMs = performance.now();
  }

  close(): void {
    this.#abort.abort();
    this.#observer?.disconnect();
  }

  #isHeldKey(event: MouseEvent): boolean {
    return event.detail === 0 && this.#isRepeat;
  }

  #see(entry: VisibilityEntry | undefined): void {
    if (entry?.isVisible === true && entry.intersectionRatio === 1) {
      this.#visibleSinceMs ??= performance.now();
    } else {
      this.#visibleSinceMs = undefined;
    }
  }

  /** Where the frame lies, and since when. */
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
