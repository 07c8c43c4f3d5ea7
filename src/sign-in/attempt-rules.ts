/** What the edge adds to a sign-in; every member may reject, and then nothing is changed. */

/**
 * Counts an answer to a challenge that this service issued, before the answer is verified. `challenge` is the part of the
 * challenge that tells it apart. What is refused earlier has cost nothing and is not counted.
 */
export type CountAttempt = (challenge: string) => Promise<void>;

/**
 * Runs the part of a sign-in that may create a user, once the proof is verified. `claim` is called before a user is created and
 * throws where no more may be created now.
 */
export type WithNewUserPlace = <T>(work: (claim: () => void) => Promise<T>) => Promise<T>;

export type AttemptRules = {
  readonly countAttempt: CountAttempt;
  readonly withNewUserPlace: WithNewUserPlace;
};
