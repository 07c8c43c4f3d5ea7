/** Counts a run that a user starts; `retryAfterMs` is set where the user has started too many. */
export type AdmitRun = (userId: string) => Promise<{
  readonly retryAfterMs: number | undefined;
  /** Takes the count back, for a run that was not started after all. */
  readonly giveBack: () => void;
}>;
