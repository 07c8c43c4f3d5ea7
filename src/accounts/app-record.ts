/**
 * What the user's document records about an app: when the person approved its requests, with which
 * key, and what the approvals allow until when.
 *
 * There is one record for each origin and key. The rights themselves are stored as hashes, which is
 * enough to recognize a request that asks for no more than before.
 */
import { z } from 'zod';
import type { Address } from '../protocol/address.js';
import { ACCOUNT_LIMITS } from './account-limits.js';

const timeMs = z.number().int().nonnegative();

/** One approved sign-in request. */
const approval = z.strictObject({
  approvedAtMs: timeMs,
  /** The period that the message states, from its issue to its expiration. */
  lastsMs: z.number().int().nonnegative(),
  /** When its rights expire. */
  untilMs: timeMs,
  /** What the app may do, to be read after "can". Empty if it was given no rights. */
  rights: z.string(),
  /** A hash of each right. Empty if there are more rights than a record holds. */
  pairs: z.array(z.string()).max(ACCOUNT_LIMITS.approvalPairs),
});

/** The schema of a record. `keyAddress` is the schema of the user's addresses. */
export const appRecordSchema = (keyAddress: z.ZodType<Address>) =>
  z.strictObject({
    origin: z.string(),
    keyAddress,
    firstApprovedAtMs: timeMs,
    lastApprovedAtMs: timeMs,
    /** When the last of all rights that the app was given expires. Absent if there were none. */
    untilMs: timeMs.exactOptional(),
    /** When the person stopped the app. The next approval removes it. */
    stoppedAtMs: timeMs.exactOptional(),
    /** The newest approvals, oldest first. */
    approvals: z.array(approval).max(ACCOUNT_LIMITS.approvalsPerApp),
  });

/** What is recorded about an app that used one key. */
export type AppRecord = z.infer<ReturnType<typeof appRecordSchema>>;
/** One approved sign-in request of an app. */
export type AppApproval = z.infer<typeof approval>;

type WithApps = { readonly apps?: readonly AppRecord[] };

/** Returns the record of an app and a key, or undefined if there is none. */
export const findAppRecord = (
  { apps = [] }: WithApps,
  origin: string,
  keyAddress: string,
): AppRecord | undefined =>
  apps.find((each) => each.origin === origin && each.keyAddress === keyAddress);

/**
 * Returns whether the person stopped an app on this host and approved none of its requests since.
 */
export const isStoppedHost = ({ apps = [] }: WithApps, host: string): boolean =>
  apps.some((each) => each.stoppedAtMs !== undefined && new URL(each.origin).host === host);
