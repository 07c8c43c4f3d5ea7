/** What the tests of a file share: one chain, which is started by the first test that needs it. */
import { ChainError } from '../../attestation/governance/chain/chain-error.js';
import {
  readGovernance,
  type GovernanceQuestion,
  type GovernanceSurroundings,
} from '../../attestation/governance/chain/read-governance.js';
import type { ChainFacts } from '../../attestation/governance/facts.js';
import { GovernedChain, type Ending } from './governed-chain.js';

/** Makes a getter of the chain, and what ends it after the last test. */
export function sharedChain(startMs: number): {
  readonly chainOf: () => Promise<GovernedChain>;
  readonly end: () => Promise<void>;
} {
  const ends: (() => Promise<void> | void)[] = [];
  const ending: Ending = { teardown: (end) => void ends.push(end) };
  let started: Promise<GovernedChain> | undefined;
  return {
    chainOf: () => (started ??= GovernedChain.start(ending, startMs)),
    end: async () => {
      for (const end of ends) await end();
    },
  };
}

/** 32 bytes of one digit, as contracts take them. */
export const word = (digit: string): string => `0x${digit.repeat(64)}`;

/** Does not wait between tries, and gives up on an answer soon. */
export const QUICK: GovernanceSurroundings = { pause: async () => undefined };

/** Reads facts without waiting between tries. */
export const read = (
  question: GovernanceQuestion,
  around: GovernanceSurroundings = {},
): Promise<ChainFacts> => readGovernance(question, { ...QUICK, ...around });

/** Resolves to the code of the error with which a reading ends, or to `none`. */
export async function codeOf(reading: Promise<unknown>): Promise<string> {
  try {
    await reading;
    return 'none';
  } catch (error) {
    if (error instanceof ChainError) return error.code;
    throw error;
  }
}

/**
 * The rules of a list, in short: each value by its first digit, with what is now and each change.
 */
export const shortly = (rules: ChainFacts['app']['compose_hashes']): readonly string[] =>
  rules.map(
    ({ value, allowed, changes }) =>
      `${value[0]} ${allowed ? 'allowed' : 'not'}: ${changes.map(({ change }) => change).join(' ')}`,
  );
