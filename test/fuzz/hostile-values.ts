/** Values that nobody sends who means well, made from a seed. */
import { pick, type Random } from '../attestation/mutators.js';

const below = (random: Random, limit: number): number => Math.floor(random() * limit);

/**
 * Texts on which readers have stumbled: boundaries of numbers, of encodings, of names and of sizes.
 */
const EDGES: readonly string[] = [
  '',
  ' ',
  '0',
  '-1',
  '1e999',
  'NaN',
  '9007199254740993',
  'null',
  'true',
  '[]',
  '{}',
  '__proto__',
  'constructor',
  'toString',
  '../../etc/passwd',
  '%00',
  '\u0000',
  '\uD800',
  '\uFEFF',
  '\u200B\u3164\u2800',
  '\u202Eevil',
  'a\r\nSet-Cookie: x=1',
  '0x',
  `0x${'0'.repeat(40)}`,
  `0x${'f'.repeat(130)}`,
  'did:key:z6Mk',
  'did:pkh:eip155:1:0x',
  'urn:recap:',
  'urn:recap:e30',
  'data:,',
  'https://[::1]:99999/',
  'é'.repeat(300),
  '('.repeat(2_000),
  'a'.repeat(33_000),
];

/**
 * One to four changes of a text: characters changed, taken out, doubled, cut off, or an edge put
 * in.
 */
export function mutateText(random: Random, text: string): string {
  let mutated = text;
  for (let changes = 1 + below(random, 4); changes > 0; changes -= 1) {
    const at = below(random, mutated.length + 1);
    const [before, after] = [mutated.slice(0, at), mutated.slice(at)];
    const change = below(random, 6);
    if (change === 0) mutated = before + String.fromCharCode(below(random, 256)) + after.slice(1);
    else if (change === 1) mutated = before + after.slice(1 + below(random, 8));
    else if (change === 2) mutated = before + before.slice(-below(random, 40)) + after;
    else if (change === 3) mutated = before;
    else if (change === 4) mutated = before + pick(random, EDGES) + after;
    else mutated = before + String.fromCharCode(below(random, 0x1_0000)) + after;
  }
  return mutated;
}

/** One to four changes of bytes. */
export function mutateBytes(random: Random, bytes: Uint8Array): Uint8Array {
  let mutated = Buffer.from(bytes);
  for (let changes = 1 + below(random, 4); changes > 0; changes -= 1) {
    const at = below(random, mutated.length + 1);
    const change = below(random, 4);
    if (change === 0 && mutated.length > 0) mutated[at % mutated.length] = below(random, 256);
    else if (change === 1) mutated = mutated.subarray(0, at);
    else if (change === 2) {
      const more = Buffer.from(Array.from({ length: below(random, 9) }, () => below(random, 256)));
      mutated = Buffer.concat([mutated.subarray(0, at), more, mutated.subarray(at)]);
    } else
      mutated = Buffer.concat([
        mutated.subarray(0, at),
        mutated.subarray(at + 1 + below(random, 8)),
      ]);
  }
  return new Uint8Array(mutated);
}

/** A text: an edge, a known one, or a changed one. */
export function hostileText(random: Random, known: readonly string[]): string {
  const kind = below(random, 4);
  if (kind === 0 || known.length === 0) return pick(random, EDGES);
  return kind === 1 ? pick(random, known) : mutateText(random, pick(random, known));
}

/** A JSON value of any type; objects carry members that look like methods to careless code. */
export function hostileJson(random: Random, known: readonly string[], depth = 0): unknown {
  const kind = below(random, depth > 3 ? 6 : 11);
  switch (kind) {
    case 0:
      return null;
    case 1:
      return random() < 0.5;
    case 2:
      return pick(random, [0, -0, -1, 1, 0.5, 1e308, 2 ** 53, -(2 ** 31), 42161]);
    case 3:
    case 4:
    case 5:
      return hostileText(random, known);
    case 6:
      return { length: { toString: 'x' } };
    case 7:
      return { toString: 'x', valueOf: 1, toJSON: {}, constructor: null };
    case 8:
      return deepJson(random);
    case 9:
      return Array.from({ length: below(random, 5) }, () => hostileJson(random, known, depth + 1));
    default: {
      const names = ['__proto__', 'length', 'id', 'type', 'message', 'address', 'then'];
      const members = Array.from({ length: below(random, 5) }, () => [
        pick(random, names),
        hostileJson(random, known, depth + 1),
      ]);
      return Object.fromEntries(members) as unknown;
    }
  }
}

/** Nested deeper than anything that is meant. */
function deepJson(random: Random): unknown {
  let value: unknown = 0;
  for (let depth = 20 + below(random, 400); depth > 0; depth -= 1) {
    value = random() < 0.5 ? [value] : { a: value };
  }
  return value;
}
