/** Reads JSON of bounded size. */
export function parseStrictJson(
  text: string,
  { maxBytes }: { readonly maxBytes: number; readonly maxDepth: number },
): unknown {
  if (Buffer.byteLength(text) > maxBytes) throw new TypeError('too large');
  return JSON.parse(text);
}
