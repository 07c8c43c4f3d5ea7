/**
 * The document of a bootstrap that is not finished. It is separate from the user's document, so a
 * run can be saved without rewriting credentials, and a restart lists one folder to find the runs
 * to resume. It is removed once the account was read back.
 */
import { z } from 'zod';
import { sealedCodec } from '../accounts/sealed-codec.js';
import { sha256Hex } from '../protocol/bytes.js';
import type { BootstrapRun } from '../bootstrap/run.js';
import { PLAN_VERSION } from '../bootstrap/plan.js';
import { base64urlBytes, storedProgress, storedTimeMs } from '../bootstrap/stored-run.js';

/** Identifies the account that a run provisions. */
export type RunSubject = {
  readonly userId: string;
  readonly keyId: string;
  readonly chainId: number;
  readonly nodeOrigin: string;
};

/** The failure of the last attempt. */
export type RunFailure = {
  readonly errorCode: string;
  readonly retryable: boolean;
  readonly nextAttemptAtMs: number;
};

/** The durable state of a run. */
export type RunRecord = {
  readonly subject: RunSubject;
  /** `attempt` is 0 until the first attempt begins. */
  readonly run: BootstrapRun;
  readonly failure?: RunFailure;
  /** The replica that executes the run. Absent if one process owns the store. */
  readonly owner?: string;
  /** Set if the node lost an account that counts as complete. */
  readonly again?: true;
};

/**
 * Returns the id of an account's state and of its run record: the key id, then a hash of the other
 * fields and the version of the plan.
 */
export function runIdOf({ keyId, chainId, nodeOrigin }: RunSubject): string {
  const rest = JSON.stringify([chainId, nodeOrigin, PLAN_VERSION]);
  return `${keyId}-${sha256Hex(rest).slice(0, 16)}`;
}

const storedRecord = z.strictObject({
  version: z.literal(1),
  subject: z.strictObject({
    userId: z.string(),
    keyId: z.string(),
    chainId: z.number().int().positive(),
    nodeOrigin: z.string(),
  }),
  run: storedProgress.extend({ seed: base64urlBytes }),
  failure: z
    .strictObject({ errorCode: z.string(), retryable: z.boolean(), nextAttemptAtMs: storedTimeMs })
    .exactOptional(),
  owner: z.string().exactOptional(),
  again: z.literal(true).exactOptional(),
});

const recordSchema = z.codec(storedRecord, z.custom<RunRecord>(), {
  decode: ({ version: _version, ...record }): RunRecord => record,
  encode: ({ run, ...record }) => ({
    version: 1 as const,
    ...record,
    run: {
      ...run,
      hostedBefore: [...run.hostedBefore],
      done: [...run.done],
      written: [...run.written],
    },
  }),
});

/** The codec of a run record. The id of the document is the `runIdOf` its subject. */
export const runRecordCodec = sealedCodec<RunRecord>('bootstrap-run', recordSchema);
