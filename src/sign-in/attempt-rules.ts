/** The limits that the HTTP layer adds to a sign-in. If one of them rejects, nothing is changed. */

/**
 * Counts an answer to a challenge that this service issued, before the answer is verified.
 * `challenge` is the unique part of the challenge. Answers that are rejected earlier cost nothing
 * and are not counted.
 */
export type CountAttempt = (challenge: string) => Promise<void>;

/**
 * Runs the part of a sign-in that may create a user, after the proof is verified. `work` calls
 * `claim` before it creates a user; `claim` throws when no more users may be created now.
 */
export type WithNewUserPlace = <T>(work: (claim: () => void) => Promise<T>) => Promise<T>;

/** The limits that a sign-in applies. */
export type AttemptRules = {
  readonly countAttempt: CountAttempt;
  readonly withNewUserPlace: WithNewUserPlace;
};
