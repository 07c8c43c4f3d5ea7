/**
 * The size of a YAML text, which is bounded before anything composes it: the search for duplicate
 * keys is quadratic in the size of a map, and composing is recursive. A text that is nested deeply
 * enough ends the process on some versions of Node.js, where it cannot be caught.
 */
import { type CST, Parser } from 'yaml';

const MAX_LENGTH = 64 * 1024;
/** Compose files have a depth of about six. */
const MAX_DEPTH = 64;

/** Returns whether a text is too long or nested too deeply to be composed. */
export function isTooLarge(text: string): boolean {
  return text.length > MAX_LENGTH || isTooDeep(text);
}

/** Visits the tokens without recursion. The parser that makes them has none either. */
function isTooDeep(text: string): boolean {
  const left = Array.from(new Parser().parse(text), (token) => ({ token, depth: 0 }));
  for (let next = left.pop(); next !== undefined; next = left.pop()) {
    const depth = next.depth + 1;
    if (depth > MAX_DEPTH) return true;
    for (const token of childrenOf(next.token)) left.push({ token, depth });
  }
  return false;
}

function childrenOf(token: CST.Token): readonly CST.Token[] {
  if (token.type === 'document') return token.value === undefined ? [] : [token.value];
  if (!('items' in token)) return [];
  return token.items.flatMap(({ key, value }) => [key ?? [], value ?? []].flat());
}
