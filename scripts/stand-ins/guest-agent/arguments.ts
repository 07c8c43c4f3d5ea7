/**
 * Parses the arguments of a method, and reproduces the simple errors of the agent's own JSON
 * parser.
 */
import { AgentError } from './agent-error.js';

export type Arguments = {
  readonly values: Readonly<Record<string, unknown>>;
  readonly json: string;
};

/** Parses a body. `structName` is the agent's name for this method's arguments. */
export function parseArguments(body: string, structName: string): Arguments {
  if (body === '') return { values: {}, json: '' };
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    throw new AgentError(`EOF while parsing a value at line 1 column ${body.length}`);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    const kind = value === null ? 'null' : Array.isArray(value) ? 'sequence' : typeof value;
    throw new AgentError(
      `invalid type: ${kind}, expected struct ${structName} at line 1 column ${body.length}`,
    );
  }
  return { values: value as Record<string, unknown>, json: body };
}

/** Returns a text field. A missing one is empty. */
export function textField({ values, json }: Arguments, name: string): string {
  const value = values[name];
  if (value === undefined) return '';
  if (typeof value === 'string') return value;
  const written = JSON.stringify(value);
  const kind = Number.isInteger(value) ? `integer \`${written}\`` : typeof value;
  const column = json.indexOf(written) + written.length;
  throw new AgentError(`invalid type: ${kind}, expected a string at line 1 column ${column}`);
}

/** Returns a field of bytes in hex, with or without 0x. A missing one is empty. */
export function bytesField(args: Arguments, name: string): Uint8Array {
  const text = textField(args, name);
  const digits = text.startsWith('0x') ? text.slice(2) : text;
  const column = args.json.indexOf(`"${text}"`) + text.length + 3;
  const bad = digits.search(/[^0-9a-fA-F]/);
  if (digits.length % 2 === 1)
    throw new AgentError(`Odd number of digits at line 1 column ${column}`);
  if (bad >= 0) {
    throw new AgentError(
      `Invalid character '${digits.charAt(bad)}' at position ${bad} at line 1 column ${column}`,
    );
  }
  return new Uint8Array(Buffer.from(digits, 'hex'));
}
