/** Starts the local world and Chromium, and takes the pictures of the chosen parts. */
import { type Browser, chromium as launcher } from 'playwright-core';
import { type Language, LANGUAGES } from '../../src/languages/language.js';
import { UsageError } from '../../src/console/run-command.js';
import { takeAccountScreens } from './account-screens.js';
import { Camera } from './camera.js';
import { takeDemoScreens } from './demo-screens.js';
import { type Cleanup, type LocalWorld, startWorld } from './start-world.js';
import { takeWidgetScreens } from './widget-screens.js';

const PARTS = ['widget', 'account', 'demo'] as const;

/** A part of the product that has screens. */
export type Part = (typeof PARTS)[number];

type Take = (browser: Browser, world: LocalWorld, camera: Camera) => Promise<void>;

const TAKE: { readonly [part in Part]: Take } = {
  widget: takeWidgetScreens,
  account: takeAccountScreens,
  demo: takeDemoScreens,
};

/** What is to be taken. */
export type ScreensOptions = {
  readonly folder: string;
  readonly parts: readonly Part[];
  /** The language of the person. */
  readonly language: Language;
  /** The path of the browser. */
  readonly chromium: string;
  readonly tell: (text: string) => void;
};

/** Parses the value of `--only`. Throws UsageError. */
export function parseParts(only: string | undefined): readonly Part[] {
  if (only === undefined) return PARTS;
  const found = PARTS.find((each) => each === only);
  if (found === undefined) throw new UsageError(`--only takes one of: ${PARTS.join(', ')}.`);
  return [found];
}

/** Parses the value of `--language`. Throws UsageError. */
export function parseLanguage(language: string): Language {
  const found = LANGUAGES.find((each) => each === language);
  if (found === undefined)
    throw new UsageError(`--language takes one of: ${LANGUAGES.join(', ')}.`);
  return found;
}

/**
 * Takes the pictures, and resolves to their number. Everything that was started is stopped again.
 */
export async function takeScreens({
  folder,
  parts,
  language,
  chromium,
  tell,
}: ScreensOptions): Promise<number> {
  const cleanups: Cleanup[] = [];
  try {
    tell('Starting the service and its stand-ins …');
    const world = await startWorld(cleanups, language);
    const browser = await launcher.launch({ executablePath: chromium, args: ['--no-sandbox'] });
    cleanups.push(() => browser.close());
    let count = 0;
    for (const part of parts) {
      const camera = new Camera(folder, part, tell);
      await TAKE[part](browser, world, camera);
      count += camera.count;
    }
    return count;
  } finally {
    for (const cleanup of cleanups.toReversed()) await cleanup().catch(() => undefined);
  }
}
