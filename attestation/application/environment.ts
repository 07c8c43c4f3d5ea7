/** Reads the environment of a service in a compose file without judging its entries. */
import type { ComposeValue } from './lint-yaml.js';

/** The value of an environment entry. */
export type EnvironmentValue =
  | { readonly kind: 'literal'; readonly value: string }
  /** Exactly `${NAME}` or `${NAME:-fallback}`. */
  | { readonly kind: 'from-outside'; readonly name: string; readonly fallback?: string }
  /** No value. The shell that runs compose provides it. */
  | { readonly kind: 'from-shell' }
  /** Any other text with `$`. */
  | { readonly kind: 'interpolated' };

/** An environment entry. */
export type EnvironmentEntry = { readonly name: string; readonly value: EnvironmentValue };

const FROM_OUTSIDE = /^\$\{([A-Z][A-Z0-9_]*)(?::-([A-Za-z0-9._-]*))?\}$/;

function valueOfText(text: string): EnvironmentValue {
  if (!text.includes('$')) return { kind: 'literal', value: text };
  const [, name, fallback] = FROM_OUTSIDE.exec(text) ?? [];
  if (name === undefined) return { kind: 'interpolated' };
  return { kind: 'from-outside', name, ...(fallback === undefined ? {} : { fallback }) };
}

function entryOfLine(line: ComposeValue): EnvironmentEntry | undefined {
  if (typeof line !== 'string') return undefined;
  const equals = line.indexOf('=');
  if (equals < 0) return { name: line, value: { kind: 'from-shell' } };
  return { name: line.slice(0, equals), value: valueOfText(line.slice(equals + 1)) };
}

function entryOfPair([name, value]: readonly [string, ComposeValue]): EnvironmentEntry | undefined {
  if (value === null) return { name, value: { kind: 'from-shell' } };
  if (typeof value === 'object') return undefined;
  // The YAML parser accepts only canonical numbers, true and false, so this equals the original
  // text.
  return { name, value: valueOfText(String(value)) };
}

/**
 * Reads `environment` as a map or a list, in order. An entry that is not text, a number or a
 * boolean is undefined.
 */
export function readEnvironment(
  environment: ComposeValue | undefined,
): readonly (EnvironmentEntry | undefined)[] {
  if (environment === undefined) return [];
  if (Array.isArray(environment)) return environment.map(entryOfLine);
  if (environment instanceof Map) return [...environment].map(entryOfPair);
  return [undefined];
}
