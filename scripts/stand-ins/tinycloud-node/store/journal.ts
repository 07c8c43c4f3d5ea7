import {
  closeSync,
  fdatasyncSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readFileSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';
import type { Effect } from './effect.js';

/**
 * An append-only file of effects, one line per request. A line counts once its newline is written;
 * an incomplete line after a crash is removed when the file is opened. `append` returns when the
 * line is on disk.
 */
export class Journal {
  readonly #file: number;

  private constructor(file: number) {
    this.#file = file;
  }

  /** Opens or creates the file, and returns its content. */
  static open(path: string): { journal: Journal; past: readonly (readonly Effect[])[] } {
    mkdirSync(dirname(path), { recursive: true });
    const file = openSync(path, 'a+', 0o600);
    const text = readFileSync(path, 'utf8');
    const whole = text.slice(0, text.lastIndexOf('\n') + 1);
    if (whole.length < text.length) ftruncateSync(file, Buffer.byteLength(whole));
    const lines = whole.split('\n').filter((line) => line !== '');
    return { journal: new Journal(file), past: lines.map(decodeLine) };
  }

  append(effects: readonly Effect[]): void {
    const line = Buffer.from(`${JSON.stringify(effects, encodeBytes)}\n`);
    for (let from = 0; from < line.length;) from += writeSync(this.#file, line, from);
    fdatasyncSync(this.#file);
  }

  close(): void {
    closeSync(this.#file);
  }
}

function encodeBytes(_key: string, value: unknown): unknown {
  return value instanceof Uint8Array ? { bytes: Buffer.from(value).toString('base64') } : value;
}

function decodeLine(line: string): readonly Effect[] {
  return JSON.parse(line, (_key, value: unknown) => {
    if (typeof value !== 'object' || value === null || !('bytes' in value)) return value;
    return typeof value.bytes === 'string'
      ? new Uint8Array(Buffer.from(value.bytes, 'base64'))
      : value;
  });
}
