/** Draws a run: one line per step with its time and, on a terminal, a progress line below them. */
import { styleText } from 'node:util';

/** Where a run is drawn. */
export type Output = NodeJS.WritableStream & { readonly isTTY?: boolean };

const BAR = 24;

/** The drawing of one run. */
export class Drawing {
  readonly #output: Output;
  readonly #total: number;
  #startedAtMs = performance.now();
  readonly #done = new Set<string>();
  #hasBar = false;

  constructor(output: Output, total: number) {
    this.#output = output;
    this.#total = total;
  }

  /** Starts the clock. Steps show the time since this call. */
  startClock(): void {
    this.#startedAtMs = performance.now();
  }

  step(id: string, status: string): void {
    if (status === 'failed') this.line(`  ${this.#style('red', 'failed')}  ${id}`);
    if (status === 'done' && !this.#done.has(id)) {
      this.#done.add(id);
      this.line(`  ${this.#elapsed()}  ${this.#style('green', '✓')} ${id}`);
    }
    this.#bar(id);
  }

  line(text: string): void {
    this.#clear();
    this.#output.write(`${text}\n`);
  }

  heading(text: string): void {
    this.line(this.#style('bold', text));
  }

  end(): void {
    this.#clear();
  }

  mark(good: boolean, text: string): string {
    return this.#style(good ? 'green' : 'red', text);
  }

  #elapsed(): string {
    return `${(performance.now() - this.#startedAtMs).toFixed(0).padStart(6)} ms`;
  }

  #bar(id: string): void {
    if (this.#output.isTTY !== true) return;
    const full = Math.round((BAR * this.#done.size) / this.#total);
    this.#clear();
    this.#output.write(
      `  [${'█'.repeat(full)}${'░'.repeat(BAR - full)}] ${this.#done.size}/${this.#total} ${id}`,
    );
    this.#hasBar = true;
  }

  #clear(): void {
    if (this.#hasBar) this.#output.write('\r\u001B[2K');
    this.#hasBar = false;
  }

  #style(format: 'bold' | 'green' | 'red', text: string): string {
    return this.#output.isTTY === true ? styleText(format, text) : text;
  }
}

/** Returns rows as aligned columns. */
export function table(rows: readonly (readonly string[])[]): readonly string[] {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => (row[column] ?? '').length)),
  );
  return rows.map((row) =>
    row
      .map((cell, column) => (column === row.length - 1 ? cell : cell.padEnd(widths[column] ?? 0)))
      .join('  '),
  );
}
