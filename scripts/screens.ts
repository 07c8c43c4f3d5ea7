/**
 * Takes pictures of every screen: the widget, the account page and the demo app, wide and narrow,
 * light and dark. `npm run screens -- --help`
 */
import { existsSync } from 'node:fs';
import { processConsole, runCommand } from '../src/console/run-command.js';

const USAGE = `Usage: npm run screens -- OUT [--only PART] [--language CODE] [--chromium PATH]

Starts the service, a TinyCloud node and a guest agent on loopback, the latter two as stand-ins, walks through every
screen in Chromium, and writes a picture of each to the folder OUT: 1280 and 390 pixels wide, light and dark. A file
is named PART-SCREEN-WIDTH-SCHEME.png.

  --only PART      only these screens: account, widget or demo
  --language CODE  the language of the person: en (default) or de
  --chromium PATH  the browser (default: /usr/bin/chromium)
  --help           print this text

Example: npm run screens -- /tmp/screens --only account
Exit codes: 0 all pictures are written; 1 the browser is missing, or a screen did not appear; 64 wrong usage.
`;

const line = {
  usage: USAGE,
  options: {
    only: { type: 'string' },
    language: { type: 'string', default: 'en' },
    chromium: { type: 'string', default: '/usr/bin/chromium' },
  },
  positionals: [1, 1],
} as const;

process.exitCode = await runCommand(
  line,
  processConsole(process),
  async ({ values: { only, language, chromium }, positionals: [folder = ''] }) => {
    if (!existsSync(chromium)) {
      console.error(`There is no Chromium at ${chromium}. Install it, or name it with --chromium.`);
      return 1;
    }
    const { parseLanguage, parseParts, takeScreens } = await import('./screens/take-screens.js');
    const parts = parseParts(only);
    try {
      const count = await takeScreens({
        folder,
        parts,
        language: parseLanguage(language),
        chromium,
        tell: (text) => console.log(text),
      });
      console.log(`${count} pictures are in ${folder}.`);
      return 0;
    } catch (error) {
      console.error(
        `The pictures are incomplete: ${error instanceof Error ? error.message : String(error)}`,
      );
      return 1;
    }
  },
);
