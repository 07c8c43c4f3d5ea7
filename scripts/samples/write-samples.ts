/** Writes the auditors' samples, with the verifier's verdict on each. */
import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { policySchema } from '../../attestation/policy/policy.js';
import { readBareBundle } from './bare-bundles.js';
import { judgeSample, SAMPLES } from './judge-sample.js';
import { makeSimulated } from './make-simulated.js';
import { sampleCases } from './sample-cases.js';

const write = (name: string, text: string): void =>
  writeFileSync(new URL(name, SAMPLES), `${text}\n`);
const pretty = (value: unknown): string => JSON.stringify(value, undefined, 2);

/**
 * Writes a document over `nonce` and a receipt, both of a service on the stand-ins, and a changed
 * copy of each.
 */
async function writeSimulated(nonce: string): Promise<void> {
  const { document, receipt } = await makeSimulated(nonce);
  write('simulated.json', pretty(JSON.parse(document)));
  write(
    'simulated-changed.json',
    pretty(JSON.parse(document.replace('ON_SIGN\\":\\"on\\"', 'ON_SIGN\\":\\"off\\"'))),
  );
  write('receipt.jws', receipt);
  write(
    'receipt-changed.jws',
    `${receipt.slice(0, 400)}${receipt[400] === 'A' ? 'B' : 'A'}${receipt.slice(401)}`,
  );
}

/** Writes the published evidence of other operators' machines, and the policy for the samples. */
function writeGenuine(): void {
  for (const name of ['near-mpc-2026-08', 'dstack-simulator-kms'] as const) {
    write(`${name}.json`, pretty(JSON.parse(readBareBundle(name))));
  }
  // The published production policy names no compose file and requires Intel's latest evaluation.
  const policy = policySchema.parse(
    JSON.parse(readFileSync(new URL('../policy.production.json', SAMPLES), 'utf8')),
  );
  write(
    'genuine.policy.json',
    pretty({
      ...policy,
      name: 'samples (any compose file that passes the lint)',
      reviewed: true,
      application: { ...policy.application, composeHashes: null, appIds: null },
      tcb: { ...policy.tcb, minEvaluationDataNumber: 0 },
    }),
  );

  const { collateral, ...bare } = JSON.parse(readBareBundle('dstack-quote-report')) as object & {
    collateral: unknown;
  };
  write('dstack-quote-report.json', pretty(bare));
  write('dstack-quote-report.collateral.json', pretty(collateral));
}

/**
 * Writes every file of attestation/samples, and reports the name and the verdict of each sample.
 */
export async function writeSamples(tell: (line: string) => void): Promise<void> {
  const nonce = randomBytes(32).toString('hex');
  await writeSimulated(nonce);
  writeGenuine();
  const expected = [];
  for (const sample of sampleCases({ madeAt: new Date().toISOString(), nonce })) {
    const result = await judgeSample(sample.args);
    expected.push({ ...sample, expected: result });
    tell(`${result.verdict.padEnd(8)}  ${sample.name}`);
  }
  write('expected.json', pretty(expected));
}
