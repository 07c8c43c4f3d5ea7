/** The uses of a bucket in its window, and the time until the window ends. */
export type Counted = { readonly consumedPoints: number; readonly msBeforeNext: number };

/**
 * Counts the uses of buckets within fixed windows, each of which begins with the first use. The
 * limiters of rate-limiter-flexible have this form.
 */
export type WindowCounter = {
  /** Counts one use. May reject with the result if the limit is exceeded. */
  consume(bucket: string): Promise<Counted>;
  /** Returns the state of a bucket, or null if it has no uses. */
  get(bucket: string): Promise<Counted | null>;
  /** Returns one use. */
  reward(bucket: string): Promise<unknown>;
};
