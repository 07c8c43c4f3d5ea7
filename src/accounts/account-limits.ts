/**
 * The limits of one account. The schema of the user's document and the use cases that write it
 * share these numbers, so that every change a use case accepts fits into the document.
 */
export const ACCOUNT_LIMITS = {
  /** Maximum length of the name of a key or a credential, in UTF-16 code units. */
  nameLength: 100,
  credentials: 20,
  keys: 20,
  /** A new session beyond this limit ends the oldest one. */
  sessions: 20,
  /** Challenges that were used and have not expired. */
  usedChallenges: 100,
  /** Signed grants that have not expired. */
  grants: 50,
  /** Apps for which the person approved something. The oldest is dropped first. */
  approvedOrigins: 100,
  recoveryCodes: 10,
} as const;
