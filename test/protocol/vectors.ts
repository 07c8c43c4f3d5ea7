import { readFileSync } from 'node:fs';

const FOLDER = new URL('../../../test/vectors/', import.meta.url);

/** Reads a JSON file of test/vectors. The README there states the source of each file. */
export function readVectors(path: string): unknown {
  return JSON.parse(readFileSync(new URL(path, FOLDER), 'utf8'));
}

export function fromHex(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, 'hex'));
}
