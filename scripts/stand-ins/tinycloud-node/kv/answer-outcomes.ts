import {
  bytesAnswer,
  emptyAnswer,
  jsonAnswer,
  jsonTextAnswer,
  type Answer,
} from '../http/answer.js';
import { Refusal } from '../refusal.js';
import type { KvValue } from '../store/effect.js';
import { etagOf, namesEtag } from './etag.js';
import type { KvOptions } from './kv-options.js';
import type { Outcome } from './outcome.js';
import type { StagedPuts } from './stage-puts.js';

const MAX_BATCH_READS = 100;
const READ_CACHE = { 'cache-control': 'private, no-cache' };

/**
 * Converts the outcomes of an invocation to its response. All effects are already committed, even
 * if this refuses.
 */
export function answerOutcomes(
  outcomes: readonly Outcome[],
  staged: StagedPuts,
  options: KvOptions,
): Answer {
  if (staged.batchKeys !== undefined) {
    return jsonAnswer({ written: staged.batchKeys, count: staged.batchKeys.length });
  }
  const [outcome, ...others] = outcomes;
  if (outcome === undefined) return emptyAnswer(200);
  return others.length > 0 ? answerBatch(outcomes) : answerOne(outcome, options);
}

function answerOne(outcome: Outcome, options: KvOptions): Answer {
  switch (outcome.kind) {
    case 'write':
      return emptyAnswer(200, { etag: etagOf(outcome.hash) });
    case 'delete':
      return emptyAnswer(200, outcome.hash === undefined ? {} : { etag: etagOf(outcome.hash) });
    case 'read':
      return answerRead(outcome.value, options);
    case 'metadata':
      return emptyAnswer(200, headersOf(requireValue(outcome.value)));
    case 'list':
      return jsonAnswer(outcome.keys, 200, {
        'x-tinycloud-truncated': String(outcome.truncated),
        ...(outcome.cursor === undefined ? {} : { 'x-tinycloud-next-cursor': outcome.cursor }),
      });
    case 'json':
      return jsonTextAnswer(outcome.text);
  }
}

function answerRead(found: KvValue | undefined, { ifNoneMatch }: KvOptions): Answer {
  const value = requireValue(found);
  const headers = { ...headersOf(value), ...READ_CACHE };
  if (ifNoneMatch !== undefined && namesEtag(ifNoneMatch, value.hash)) {
    return emptyAnswer(304, headers);
  }
  return bytesAnswer(200, headers, value.body);
}

function requireValue(value: KvValue | undefined): KvValue {
  if (value === undefined) throw new Refusal(404);
  return value;
}

function headersOf({ headers, hash }: KvValue): Readonly<Record<string, string>> {
  return { ...headers, etag: etagOf(hash) };
}

/** Several outcomes fit into one response only if all are gets or all are metadata. */
function answerBatch(outcomes: readonly Outcome[]): Answer {
  if (outcomes.length > MAX_BATCH_READS) {
    throw new Refusal(400, `KV batch reads accept at most ${MAX_BATCH_READS} keys`);
  }
  const kind = outcomes[0]?.kind;
  const results = outcomes.flatMap((outcome) => {
    const isRead = outcome.kind === 'read' || outcome.kind === 'metadata';
    return isRead && outcome.kind === kind ? batchItem(outcome) : [];
  });
  if (results.length !== outcomes.length) {
    throw new Refusal(
      501,
      'Multiple invocation outcomes require a homogeneous KV get or metadata batch',
    );
  }
  return jsonAnswer({ results });
}

function batchItem({ kind, key, value }: Extract<Outcome, { kind: 'read' | 'metadata' }>): object {
  if (value === undefined) {
    const error = { code: 'KV_NOT_FOUND', message: `Key not found: ${key}` };
    return { key, ok: false, error };
  }
  if (kind === 'metadata') return { key, ok: true, headers: headersOf(value) };
  const headers = { ...headersOf(value), 'content-length': String(value.body.length) };
  return { key, ok: true, dataBase64: Buffer.from(value.body).toString('base64'), headers };
}
