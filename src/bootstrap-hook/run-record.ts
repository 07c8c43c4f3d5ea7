/**
 * The document of a bootstrap that is not finished, apart from the user's: a run is durable without touching who may
 * sign in, and what to resume after a restart is one folder to list. It goes when the account was read back.
 */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { ServiceError } from '../errors.js';
import { decodeBase64url } from '../protocol/base64url.js';
import { decodeUtf8, hex, utf8 } from '../protocol/bytes.js';
import type { BootstrapRun } from '../bootstrap/run.js';
import { PLAN_VERSION } from '../bootstrap/plan.js';
import { storedProgress, storedTimeMs, stringifyRun } from '../bootstrap/stored-run.js';

export const RUN_KIND = 'bootstrap-run';

/** The account that a state is about. */
export type RunSubject = {
  readonly userId: string;
  readonly keyId: string;
  readonly chainId: number;
  readonly nodeOrigin: string;
};

export type RunFailure = {
  readonly errorCode: string;
  readonly retryable: boolean;
  readonly nextAttemptAtMs: number;
};

export type RunRecord = {
  readonly subject: RunSubject;
  readonly run: BootstrapRun;
  readonly failure?: RunFailure;
};

/** Names the state of an account in the user's document and the record of its run: key id, then a hash of the rest. */
export function runIdOf({ keyId, chainId, nodeOrigin }: RunSubject): string {
  const rest = JSON.stringify([chainId, nodeOrigin, PLAN_VERSION]);
  return `${keyId}-${hex(createHash('sha256').update(rest).digest()).slice(0, 16)}`;
}

const runSchema = storedProgress.extend({ seed: z.string() });

const recordSchema = z.strictObject({
  version: z.literal(1),
  subject: z.strictObject({
    userId: z.string(),
    keyId: z.string(),
    chainId: z.number().int().positive(),
    nodeOrigin: z.string(),
  }),
  run: runSchema,
  failure: z
    .strictObject({ errorCode: z.string(), retryable: z.boolean(), nextAttemptAtMs: storedTimeMs })
    .optional(),
});

export function encodeRunRecord(record: RunRecord): Uint8Array {
  return utf8(stringifyRun({ version: 1, ...record }));
}

/** Throws ERR_STATE_TAMPERED. */
export function decodeRunRecord(bytes: Uint8Array): RunRecord {
  try {
    const { subject, run, failure } = recordSchema.parse(JSON.parse(decodeUtf8(bytes) ?? ''));
    const opened: BootstrapRun = { ...run, seed: decodeBase64url(run.seed) };
    return { subject, run: opened, ...(failure === undefined ? {} : { failure }) };
  } catch (cause) {
    throw new ServiceError('ERR_STATE_TAMPERED', { cause });
  }
}
