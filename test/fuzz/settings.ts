/**
 * How much is fuzzed, and from which seed.
 *
 * CI tries 20,000 cases with a fixed seed: 2,000 requests and 18,000 inputs of parsers.
 * `FUZZ_CASES` and `FUZZ_SEED` in the environment try more and others by hand. A failure names its
 * seed and case, so that it can be tried again.
 */
import { createRandom, type Random } from '../attestation/mutators.js';

const TOTAL = Number(process.env['FUZZ_CASES'] ?? 20_000);

export const SEED = Number(process.env['FUZZ_SEED'] ?? 20_260_301);
export const ROUTE_CASES = Math.ceil(TOTAL * 0.1);
export const PARSER_CASES = TOTAL - ROUTE_CASES;

/** The numbers of one case: they do not depend on the cases before it. */
export const randomOf = (at: number): Random => createRandom(SEED + at * 7_919);
