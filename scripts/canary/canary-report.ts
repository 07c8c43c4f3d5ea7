/** The result of a canary as lines for a person, and as metrics for Prometheus. */
import { rename, writeFile } from 'node:fs/promises';
import { Gauge, Registry } from 'prom-client';
import { table } from '../../src/console/draw.js';
import { CANARY_STEPS, type CanaryReport } from './run-canary.js';

/** Returns a line for each step, and the verdict. */
export function describeCanary({ seconds, failed, address }: CanaryReport): string {
  const rows = CANARY_STEPS.map((step) => {
    const took = seconds[step];
    if (failed?.step === step) return [step, 'failed', failed.reason];
    return [step, took === undefined ? '-' : `${took} s`, ''];
  });
  const verdict = failed === undefined ? `whole: ${address ?? ''}` : 'NOT whole';
  return `${table(rows)
    .map((each) => each.trimEnd())
    .join('\n')}\n${verdict}\n`;
}

/** Returns the metrics in the Prometheus text format. */
export function canaryMetrics({ isWhole, finishedAt, seconds, failed }: CanaryReport) {
  const registry = new Registry();
  const gauge = <L extends string>(name: string, help: string, labelNames: readonly L[] = []) =>
    new Gauge({ name: `sealwright_canary_${name}`, help, labelNames, registers: [registry] });
  gauge('success', '1 if the last run found a whole account, otherwise 0').set(Number(isWhole));
  gauge('finished_seconds', 'When the last run ended (since 1970)').set(
    Math.round(Date.parse(finishedAt) / 1_000),
  );
  const took = gauge('step_seconds', 'How long each step of the last run took', ['step']);
  const failures = gauge('step_failed', '1 for the step at which the last run failed', ['step']);
  for (const step of CANARY_STEPS) {
    const value = seconds[step];
    if (value !== undefined) took.set({ step }, value);
    failures.set({ step }, Number(failed?.step === step));
  }
  return registry.metrics();
}

/** Replaces a file in one step, because the collector may read it at any moment. */
export async function writeTextfile(path: string, text: string): Promise<void> {
  const temporary = `${path}.${process.pid}`;
  await writeFile(temporary, text, { mode: 0o644 });
  await rename(temporary, path);
}
