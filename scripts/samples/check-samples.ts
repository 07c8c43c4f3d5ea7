import { readFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import { type Expected, judgeSample, SAMPLES } from './judge-sample.js';

type Sample = {
  readonly name: string;
  readonly args: readonly string[];
  readonly expected: Expected;
};

/** Judges every sample, reports the verdicts, and returns whether all match expected.json. */
export async function checkSamples(tell: (line: string) => void): Promise<boolean> {
  const text = readFileSync(new URL('expected.json', SAMPLES), 'utf8');
  let isSame = true;
  for (const { name, args, expected } of JSON.parse(text) as readonly Sample[]) {
    const found = await judgeSample(args);
    const holds = isDeepStrictEqual(found, expected);
    tell(`${found.verdict.padEnd(8)}  ${name}${holds ? '' : ': not the expected report'}`);
    isSame &&= holds;
  }
  return isSame;
}
