/**
 * The time that pages see, and what their observers saw.
 *
 * A page refuses clicks that come too early. How fast this machine is must not decide what "early"
 * means in a test, so a test that asks about time stops the page's clock and moves it by hand. The
 * browser itself keeps running on real time: it paints, moves the pointer and reports visibility
 * whenever it gets to it, and the tests wait for these reports.
 */
import type { BrowserContext, Frame, Page } from 'playwright-core';
import { until } from '../until.js';

/** Longer than every delay that a page asks of a person. */
export const SETTLED_MS = 900;

const WATCH = `(() => {
  const Native = globalThis.IntersectionObserver;
  globalThis.IntersectionObserver = class extends Native {
    constructor(see, options) {
      const tracks = options?.trackVisibility === true;
      if (tracks) globalThis.isSeenWhole = false;
      super((entries, observer) => {
        see(entries, observer);
        if (!tracks) return;
        const last = entries.at(-1);
        const { boundingClientRect: whole, intersectionRect: seen } = last;
        globalThis.isSeenWhole = last.isVisible === true
          && whole.width - seen.width < 1 && whole.height - seen.height < 1;
      }, options);
    }
  };
})()`;

/**
 * Lets `untilSeenWhole` know what the browser tells the pages of this context. Call it before the
 * first page opens.
 */
export async function watchVisibility(context: BrowserContext): Promise<void> {
  await context.addInitScript(WATCH);
}

const isSeenWhole = (frame: Frame | Page): Promise<boolean> =>
  frame.evaluate('globalThis.isSeenWhole === true');

/** Waits until the browser has told the frame's own observer that nothing covers the frame. */
export const untilSeenWhole = (frame: Frame | Page): Promise<boolean> =>
  until('the browser reports the frame as visible', () => isSeenWhole(frame));

/** Waits until the browser has told the frame's own observer that something covers the frame. */
export const untilCovered = (frame: Frame | Page): Promise<boolean> =>
  until('the browser reports the frame as covered', async () => !(await isSeenWhole(frame)));

/** Stops the clocks of the page and of its frames; from here on only `passTime` moves them. */
export async function stopTime(page: Page): Promise<void> {
  await page.clock.install();
  // The page's clock starts at the real time, so a time that is a little ahead cannot lie in its
  // past.
  await page.clock.pauseAt(Date.now() + 60_000);
}

/** Moves the stopped clocks of the page and of its frames forward. */
export const passTime = (page: Page, ms: number): Promise<void> => page.clock.runFor(ms);
