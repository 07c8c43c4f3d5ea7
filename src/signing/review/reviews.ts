/** Where reviews wait for a person. PORT: in the memory of one process, or in a shared store. */
import type { Claim, PendingReview, PendingReviews } from './pending-reviews.js';

/** The reviews of a service. */
export type Reviews = {
  /**
   * Adds an open review. A user's eleventh review replaces the oldest one. Rejects
   * ERR_REVIEW_LIMIT.
   */
  add(review: PendingReview): Promise<void>;
  /**
   * Takes a review, so that no other request can. Rejects ERR_REVIEW_NOT_FOUND for another user's
   * review as for an unknown one, and to its own user ERR_REVIEW_USED, ERR_REVIEW_EXPIRED,
   * ERR_REVIEW_OTHER_KEY, ERR_REVIEW_OTHER_ORIGIN or ERR_REVIEW_OTHER_BYTES.
   */
  take(id: string, claim: Claim): Promise<PendingReview>;
  /** Opens a review again that this process has taken and not spent. */
  putBack(id: string): Promise<void>;
  /** Ends a review that this process has taken. This is durable before a signature. */
  spend(id: string): Promise<void>;
  /** Removes a user's reviews of an app that the person stopped. */
  dropApp(userId: string, appOrigin: string): Promise<void>;
};

/** Returns the reviews of one process. Each call has its effect before it returns. */
export const reviewsInMemory = (reviews: PendingReviews): Reviews => ({
  add: async (review) => reviews.add(review),
  take: async (id, claim) => reviews.take(id, claim),
  putBack: async (id) => reviews.putBack(id),
  spend: async (id) => reviews.spend(id),
  dropApp: async (userId, appOrigin) => reviews.dropApp(userId, appOrigin),
});
