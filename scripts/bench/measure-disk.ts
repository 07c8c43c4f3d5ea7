import { open } from 'node:fs/promises';
import { join } from 'node:path';

const APPENDS = 200;

/** Returns the median time of an append of one kilobyte with its `fdatasync`, in milliseconds. */
export async function measureDisk(folder: string): Promise<number> {
  const file = await open(join(folder, 'sync'), 'a');
  const samples: number[] = [];
  for (let count = 0; count < APPENDS; count += 1) {
    const startedAtMs = performance.now();
    await file.appendFile('x'.repeat(1_024));
    await file.datasync();
    samples.push(performance.now() - startedAtMs);
  }
  await file.close();
  const median = samples.toSorted((a, b) => a - b)[APPENDS / 2] ?? 0;
  return Math.round(median * 1_000) / 1_000;
}
