/**
 * The document of a bootstrap that is not finished, apart from the user's: a run is durable without touching who may
 * sign in, and what to resume after a restart is one folder to list. It goes when the account was read back.
 */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { sealedCodec } from '../accounts/sealed-codec.js';
import { hex } from '../protocol/bytes.js';
import type { BootstrapRun } from '../bootstrap/run.js';
import { PLAN_VERSION } from '../bootstrap/plan.js';
import { base64urlBytes, storedProgress, storedTimeMs } from '../bootstrap/stored-run.js';

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
  /** `attempt` is 0 until the first attempt begins. */
  readonly run: BootstrapRun;
  readonly failure?: RunFailure;
  /** Set where the node lost an account that counts as complete. */
  readonly again?: true;
};

/** Names the state of an account in the user's document and the record of its run: key id, then a hash of the rest. */
export function runIdOf({ keyId, chainId, nodeOrigin }: RunSubject): string {
  const rest = JSON.stringify([chainId, nodeOrigin, PLAN_VERSION]);
  return `${keyId}-${hex(createHash('sha256').update(rest).digest()).slice(0, 16)}`;
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

/** A run that is not finished; the id of the document is `runIdOf` its subject. */
export const runRecordCodec = sealedCodec<RunRecord>('bootstrap-run', recordSchema);
