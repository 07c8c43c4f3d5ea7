/** How a screen is judged by its looks: by axe-core, and by whether its content fits its width. */
import { mkdirSync, readFileSync } from 'node:fs';
import type { Frame, Page } from 'playwright-core';
import { type Language, LANGUAGES } from '../../src/languages/language.js';
import { IS_FULL } from '../sample.js';
import { until } from '../until.js';

const ROOT = new URL('../../../', import.meta.url);
const PICTURES = new URL('.local/screens/', ROOT).pathname;
const AXE = readFileSync(new URL('node_modules/axe-core/axe.min.js', ROOT), 'utf8');

export type Look = {
  readonly scheme: 'light' | 'dark';
  readonly width: number;
  /** English by default. */
  readonly language?: Language;
};

/** The languages in which the account page is looked at. German has the longer words. */
export const LOOK_LANGUAGES: readonly Language[] = IS_FULL ? LANGUAGES : ['de'];

/**
 * Every scheme, every width, and every language. `npm run test:full` also combines them, and keeps
 * a picture of each screen.
 */
export const LOOKS: readonly Look[] = [
  { scheme: 'light', width: 1_280 },
  { scheme: 'dark', width: 320, language: 'de' },
  ...(IS_FULL
    ? ([
        { scheme: 'dark', width: 1_280, language: 'de' },
        { scheme: 'light', width: 320 },
      ] as const)
    : []),
];

type Finding = {
  readonly id: string;
  readonly nodes: readonly { readonly html: string; readonly target: readonly unknown[] }[];
};

/** Returns what axe-core reports about a document, including its rules of good practice. */
async function findingsIn(page: Page | Frame): Promise<readonly string[]> {
  // A script that the browser's debugger runs is not subject to the page's own policy.
  if (!(await page.evaluate("'axe' in globalThis"))) await page.evaluate(`${AXE}; undefined`);
  const { violations } = await page.evaluate<{ violations: readonly Finding[] }>(
    "axe.run(document, { resultTypes: ['violations'] })",
  );
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html, target }) => `${id} at ${target.join(' ')}: ${html}`),
  );
}

const IS_MOVING = `document.getAnimations().some(({ playState, effect }) =>
  playState === 'running' && effect.getTiming().iterations !== Infinity)`;

/**
 * Waits until only what turns for ever moves, in the page and in the document that is judged, and
 * two frames in a row show a dialog of the same size.
 */
async function untilAtRest(page: Page, seen: Page | Frame): Promise<void> {
  let last: string | undefined;
  await until('the page is at rest', async () => {
    const now = await page.evaluate<string>(
      `new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => {
        const { width, height } = document.querySelector('dialog')?.getBoundingClientRect() ?? {};
        done(${IS_MOVING} ? 'moving' : [width, height].join());
      })))`,
    );
    const isStill = !(await seen.evaluate<boolean>(IS_MOVING));
    const isAtRest = isStill && now === last && now !== 'moving';
    last = now;
    return isAtRest;
  });
}

/**
 * Returns what is wrong with one screen: each finding of axe-core, and content that overflows the
 * width. `seen` is the document that is judged; `page` is what the picture shows.
 */
export async function faultsOfLook(
  { scheme, width }: Look,
  name: string,
  page: Page,
  seen: Page | Frame = page,
): Promise<readonly string[]> {
  await untilAtRest(page, seen);
  if (IS_FULL) {
    mkdirSync(PICTURES, { recursive: true });
    await page.screenshot({ path: `${PICTURES}${name}-${scheme}-${width}.png`, fullPage: true });
  }
  const faults = await faultsIn(seen);
  if (faults.length === 0) return [];
  // "Approve" changes its colors while a page is judged, once a click counts. What is really wrong
  // is still there when the page is at rest again.
  await untilAtRest(page, seen);
  return (await faultsIn(seen)).map((fault) => `${name}, ${scheme}, ${width}: ${fault}`);
}

async function faultsIn(seen: Page | Frame): Promise<readonly string[]> {
  const overflow = 'document.documentElement.scrollWidth > document.documentElement.clientWidth';
  const overflows = (await seen.evaluate<boolean>(overflow)) ? ['the content overflows'] : [];
  return [...overflows, ...(await findingsIn(seen))];
}
