/** Compares what two providers say. */
import { printable } from '../../report.js';

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;

/** Returns the first member that differs, with both values, or undefined for equal facts. */
export function findFirstDifference(one: unknown, other: unknown, path = ''): string | undefined {
  if (!isObject(one) || !isObject(other)) {
    return one === other ? undefined : printable(`${path}: ${String(one)} and ${String(other)}`);
  }
  for (const name of new Set([...Object.keys(one), ...Object.keys(other)])) {
    const inside = path === '' ? name : `${path}.${name}`;
    const found = findFirstDifference(one[name], other[name], inside);
    if (found !== undefined) return found;
  }
  return undefined;
}
