/** Writes the generated parts of the pages in docs: `npm run docs`, or `npm run docs -- --check`. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { fillPage } from './docs/fill-page.js';
import { generateBlocks } from './docs/generated-blocks.js';

const USAGE = `Usage: npm run docs -- [--check]

Writes the generated parts of docs/*.md: settings, limits, routes, codes, rules, checks, metrics.

  --check   writes nothing; exits with 1 and names the pages that are out of date
  --help    this text

Example: npm run docs
Exit codes: 0 up to date or written, 1 out of date, 64 wrong usage.
`;

const PAGES = new URL('../../docs/', import.meta.url);

async function run(check: boolean): Promise<number> {
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

function parse(): { readonly check: boolean; readonly help: boolean } | undefined {
  try {
    const options = { check: { type: 'boolean' }, help: { type: 'boolean' } } as const;
    const { check = false, help = false } = parseArgs({ options }).values;
    return { check, help };
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : 'wrong usage'}\n\n${USAGE}`);
    return undefined;
  }
}

const options = parse();
if (options === undefined) process.exitCode = 64;
else if (options.help) process.stdout.write(USAGE);
else process.exitCode = await run(options.check);
