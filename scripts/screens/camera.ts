/** Takes pictures of a page in every look. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';

/** Widths and heights of a window. */
const SIZES = [
  { width: 1_280, height: 800 },
  { width: 390, height: 844 },
] as const;
const SCHEMES = ['light', 'dark'] as const;

/** Takes pictures of a page, and counts them. */
export class Camera {
  readonly #folder: string;
  readonly #part: string;
  readonly #tell: (text: string) => void;
  count = 0;

  constructor(folder: string, part: string, tell: (text: string) => void) {
    this.#folder = folder;
    this.#part = part;
    this.#tell = tell;
    mkdirSync(folder, { recursive: true });
  }

  /** Takes a picture of the whole page in each look, and returns the page to the first look. */
  async take(page: Page, screen: string): Promise<void> {
    for (const size of SIZES) {
      await page.setViewportSize(size);
      for (const colorScheme of SCHEMES) {
        await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
        await showWhole(page, size);
        const name = `${this.#part}-${screen}-${size.width}-${colorScheme}.png`;
        await page.screenshot({ path: join(this.#folder, name) });
        this.count += 1;
      }
    }
    await page.setViewportSize(SIZES[0]);
    await page.emulateMedia({ colorScheme: SCHEMES[0], reducedMotion: 'reduce' });
    this.#tell(`  ${this.#part}: ${screen}`);
  }
}

/** Makes the window as high as its content, so that a bar at its bottom stands below everything. */
async function showWhole(page: Page, { width, height }: (typeof SIZES)[number]): Promise<void> {
  await page.setViewportSize({ width, height });
  await untilPainted(page);
  const whole = await page.evaluate<number>('document.documentElement.scrollHeight');
  if (whole <= height) return;
  await page.setViewportSize({ width, height: whole });
  await untilPainted(page);
}

/** Two frames after a change, everything is laid out again, frames of other documents included. */
const untilPainted = (page: Page): Promise<unknown> =>
  page.evaluate(
    'new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done, 100))))',
  );
