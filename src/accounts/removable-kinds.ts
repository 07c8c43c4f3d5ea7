/**
 * What another replica may have done to a document that this process remembers.
 *
 * A process that owns its store knows every removal. On a shared store it does not, so it cannot
 * tell a document that another replica removed from one that the database withholds. The table says
 * where this makes a difference; every kind that it does not list is never removed, and an absent
 * or older document of such a kind was tampered with.
 *
 * | kind            | removed             | created again | an older version would                   |
 * | --------------- | ------------------- | ------------- | ---------------------------------------- |
 * | `wallet-alias`  | wallet was unlinked | yes           | name a user, whose document decides      |
 * | `bootstrap-run` | account read back   | yes           | send bytes again that were sent before   |
 * | `replica`       | replica stopped     | yes           | delay or hasten a takeover of its runs   |
 * | `tls-order`     | certificate issued  | yes           | resume an order, which the authority ends |
 * | `rollback`      | operator accepts it | yes           | refuse a start, or fail to refuse it     |
 * | others          | at their end        | no            | be tampering                             |
 */

/** Kinds that are removed and, under the same id, created again. */
const CREATED_AGAIN: ReadonlySet<string> = new Set([
  'wallet-alias',
  'bootstrap-run',
  'replica',
  'tls-order',
  'rollback',
]);

/** Kinds that are removed once. */
const REMOVED: ReadonlySet<string> = new Set([
  'recovery-set',
  'erasure',
  'receipt',
  'boot-document',
  'review',
  'audit',
]);

/**
 * Returns whether another replica can be the reason for finding a document at this generation,
 * which is older than one that was seen. Generation 0 means that the document does not exist.
 */
export function mayAnotherReplicaHaveLeft(kind: string, generation: number): boolean {
  return CREATED_AGAIN.has(kind) || (generation === 0 && REMOVED.has(kind));
}
