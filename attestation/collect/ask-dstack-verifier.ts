/**
 * Asks a dstack-verifier (the service of the dstack project) about the same evidence. It replays
 * the boot log and recomputes the registers of the image by itself, so it looks at more than a
 * quote. The shapes of request and reply are those of its source (`verifier/src/types.rs`).
 */
import { z } from 'zod';
import type { BareEvidence } from '../schema/document.js';
import { matchSchema } from '../schema/match-schema.js';
import { parseStrictJson } from '../application/strict-json.js';
import { fetchCapped } from './fetch-capped.js';

/** It may have to fetch an image first. */
const DEADLINE_MS = 360_000;
const MAX_BYTES = 1024 * 1024;
const MAX_DEPTH = 16;

const text = z.string().max(4_096);

const replySchema = z.object({
  is_valid: z.boolean(),
  reason: text.nullish(),
  details: z.object({
    report_data: text.nullish(),
    tcb_status: text.nullish(),
    app_info: z.object({ compose_hash: text, os_image_hash: text.nullish() }).nullish(),
  }),
});

/** What a dstack-verifier answers, as far as it is compared. */
export type DstackVerdict = {
  readonly isValid: boolean;
  readonly reason: string | undefined;
  readonly reportData: string | undefined;
  readonly tcbStatus: string | undefined;
  readonly composeHash: string | undefined;
};

/**
 * Resolves to the verdict. `url` is the address of the verifier. Rejects a TypeError if it gives no
 * verdict, and the error of the deadline.
 */
export async function askDstackVerifier(
  url: string,
  evidence: BareEvidence,
): Promise<DstackVerdict> {
  const { quote, event_log, vm_config } = evidence;
  const address = new URL(url);
  address.pathname = `${address.pathname.replace(/\/$/, '')}/verify`;
  const { status, body } = await fetchCapped(address, {
    deadlineMs: DEADLINE_MS,
    maxBytes: MAX_BYTES,
    json: { quote, event_log, vm_config: vm_config ?? '{}' },
  });
  if (status !== 200) throw new TypeError(`it answered with status ${status}`);
  const parsed = matchSchema(
    replySchema,
    parseStrictJson(Buffer.from(body).toString('utf8'), {
      maxBytes: MAX_BYTES,
      maxDepth: MAX_DEPTH,
    }),
  );
  if (!parsed.success) throw new TypeError('its answer has another form');
  const { is_valid, reason, details } = parsed.data;
  return {
    isValid: is_valid,
    reason: reason ?? undefined,
    reportData: details.report_data ?? undefined,
    tcbStatus: details.tcb_status ?? undefined,
    composeHash: details.app_info?.compose_hash,
  };
}
