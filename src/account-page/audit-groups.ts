/**
 * Groups the entries of the audit trail by day and, within a day, by app, so that a long trail
 * stays readable.
 */
import type { AuditEntry } from '../api/audit.js';
import { detailOf } from './audit-words.js';
import { dayHeading } from './time-words.js';

/** Entries that follow each other and belong together, newest first. */
export type AuditGroup = readonly [AuditEntry, ...AuditEntry[]];

/** The groups of one day. */
export type AuditDay = { readonly day: string; readonly groups: readonly AuditGroup[] };

/** Returns what the entries of a group have in common: the app, or everything that they say. */
function subjectOf(entry: AuditEntry): string {
  const origin = detailOf(entry, 'appOrigin');
  if (origin !== '') return `app ${origin}`;
  if (entry.type.startsWith('bootstrap-')) return `setup ${detailOf(entry, 'keyId')}`;
  return ['keyId', 'credential', 'name', 'code', 'via'].reduce(
    (subject, name) => `${subject} ${detailOf(entry, name)}`,
    entry.type,
  );
}

/**
 * A request that was shown and then signed is one event for the person, so only the signature is
 * shown.
 */
function withoutAnswered(entries: readonly AuditEntry[]): readonly AuditEntry[] {
  const answered = new Set(
    entries.filter(({ type }) => type === 'signed').map((each) => detailOf(each, 'reviewId')),
  );
  return entries.filter(
    (each) => each.type !== 'review-created' || !answered.has(detailOf(each, 'reviewId')),
  );
}

/** Returns the groups of entries that are given newest first. */
export function groupEntries(entries: readonly AuditEntry[]): readonly AuditGroup[] {
  const nowMs = Date.now();
  const dayOf = (entry: AuditEntry): string => dayHeading(Date.parse(entry.at), nowMs);
  const groups: [AuditEntry, ...AuditEntry[]][] = [];
  for (const entry of withoutAnswered(entries)) {
    const last = groups.at(-1);
    const isSame =
      last !== undefined &&
      subjectOf(last[0]) === subjectOf(entry) &&
      dayOf(last[0]) === dayOf(entry);
    if (isSame) last.push(entry);
    else groups.push([entry]);
  }
  return groups;
}

/** Returns groups by their day. */
export function groupByDay(groups: readonly AuditGroup[]): readonly AuditDay[] {
  const nowMs = Date.now();
  const days = new Map<string, AuditGroup[]>();
  for (const group of groups) {
    const day = dayHeading(Date.parse(group[0].at), nowMs);
    days.set(day, [...(days.get(day) ?? []), group]);
  }
  return [...days].map(([day, its]) => ({ day, groups: its }));
}
