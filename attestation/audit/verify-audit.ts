/**
 * Verifies an exported audit trail (JSON lines): every entry must be in its place, and the end must
 * be the expected one.
 */
import {
  type AuditEntry,
  auditEntrySchema,
  auditGenesisOf,
  auditHashOf,
  auditHeaderSchema,
  type AuditHeader,
} from '../schema/audit.js';
import { parseStrictJson } from '../application/strict-json.js';

/** The result: the parsed trail, or the first flaw. */
export type AuditVerdict =
  | { readonly ok: true; readonly header: AuditHeader; readonly entries: readonly AuditEntry[] }
  /** `line` is the number of the first invalid line, counted from 1. */
  | { readonly ok: false; readonly line: number; readonly reason: AuditFlaw };

/** `cut` means that the end is missing, or that `head` names another end. */
export type AuditFlaw = 'empty' | 'header' | 'malformed' | 'sequence' | 'chain' | 'cut';

const LIMITS = { maxBytes: 16 * 1024, maxDepth: 4 };

function parseLine<T>(
  schema: { safeParse(value: unknown): { success: boolean; data?: T } },
  line: string,
): T | undefined {
  try {
    return schema.safeParse(parseStrictJson(line, LIMITS)).data;
  } catch {
    return undefined;
  }
}

/**
 * Verifies an export line by line. `knownHead` is a head that was noted earlier. It must be the
 * hash of an entry in the trail, or the hash that the first entry contains; otherwise the trail is
 * not the same as then.
 */
export function verifyAudit(text: string, knownHead?: string): AuditVerdict {
  const lines = text.split('\n').filter((line) => line !== '');
  const [first, ...rest] = lines;
  if (first === undefined) return { ok: false, line: 1, reason: 'empty' };
  const header = parseLine(auditHeaderSchema, first);
  if (header === undefined) return { ok: false, line: 1, reason: 'header' };
  const entries: AuditEntry[] = [];
  const hashes = new Set<string>();
  let expected = header.first_seq === 1 ? auditGenesisOf(header.user_id) : undefined;
  for (const [index, line] of rest.entries()) {
    const flawed = (reason: AuditFlaw): AuditVerdict => ({ ok: false, line: index + 2, reason });
    const entry = parseLine(auditEntrySchema, line);
    if (entry === undefined) return flawed('malformed');
    if (entry.seq !== header.first_seq + index) return flawed('sequence');
    if (expected !== undefined && entry.prev !== expected) return flawed('chain');
    hashes.add(entry.prev);
    expected = auditHashOf(entry);
    entries.push(entry);
  }
  const isWhole = entries.length === header.entries && (expected ?? header.head) === header.head;
  const isKnown = knownHead === undefined || knownHead === header.head || hashes.has(knownHead);
  if (!isWhole || !isKnown) return { ok: false, line: lines.length + 1, reason: 'cut' };
  return { ok: true, header, entries };
}
