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
  /** Apps with a record of what was approved, counted for each key. The oldest is dropped first. */
  apps: 30,
  /** Approvals that the record of an app keeps. The oldest is dropped first. */
  approvalsPerApp: 4,
  /**
   * Rights of one approval. An approval with more of them is not recognized when it is repeated.
   */
  approvalPairs: 64,
  /** Apps that a session remembers. */
  appsPerSession: 10,
} as const;
