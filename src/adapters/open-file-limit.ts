import { readFileSync } from 'node:fs';

/**
 * Returns how many descriptors this process may have open, or Infinity where the system does not
 * say so. Node.js raises its limit to the highest that it may have when it starts.
 */
export function openFileLimit(): number {
  try {
    return parseOpenFileLimit(readFileSync('/proc/self/limits', 'utf8'));
  } catch {
    return Infinity;
  }
}

/** Parses `/proc/self/limits` (proc(5)). */
export function parseOpenFileLimit(text: string): number {
  const [, limit] = /^Max open files +([0-9]+) /m.exec(text) ?? [];
  return limit === undefined ? Infinity : Number(limit);
}
