/**
 * How much one account holds. The schema of the user's document and the use cases that write it both read these numbers, so
 * that what a use case accepts is what the document can hold.
 */
export const ACCOUNT_LIMITS = {
  /** Characters of the name that a person gives a key or a credential (UTF-16 code units). */
  nameLength: 100,
  credentials: 20,
  keys: 20,
  /** The oldest session ends where one more begins. */
  sessions: 20,
  /** Challenges that were used and have not expired. */
  usedChallenges: 100,
  /** Signed rights that have not ended. */
  grants: 50,
  /** Apps for which the person approved something; the oldest is forgotten first. */
  approvedOrigins: 100,
} as const;
