/**
 * Writes the generated parts of the pages in docs: `npm run docs`, or `npm run docs -- --check`.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { processConsole, runCommand } from '../src/console/run-command.js';

const USAGE = `Usage: npm run docs -- [--check]

Writes the generated parts of docs/*.md: settings, limits, routes, codes, rules, checks, metrics.

  --check   writes nothing; exits with 1 and names the pages that are out of date
  --help    print this text

Example: npm run docs
Exit codes: 0 up to date or written, 1 out of date, 64 wrong usage.
`;

const PAGES = new URL('../../docs/', import.meta.url);

async function run(check: boolean): Promise<number> {
  const { fillPage } = await import('./docs/fill-page.js');
  const { generateBlocks } = await import('./docs/generated-blocks.js');
  const blocks = await generateBlocks();
  let code = 0;
  for (const name of readdirSync(PAGES).filter((each) => each.endsWith('.md'))) {
    const url = new URL(name, PAGES);
    const text = readFileSync(url, 'utf8');
    const filled = await fillPage(text, blocks);
    if (filled === text) continue;
    process.stdout.write(`${check ? 'out of date' : 'written'}: docs/${name}\n`);
    if (check) code = 1;
    else writeFileSync(url, filled);
  }
  return code;
}

const line = {
  usage: USAGE,
  options: { check: { type: 'boolean', default: false } },
  positionals: [0, 0],
} as const;

process.exitCode = await runCommand(line, processConsole(process), ({ values }) =>
  run(values.check),
);
