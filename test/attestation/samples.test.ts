/**
 * Tests that each sample of the verifier has its expected result, from the function and from the
 * command as a process.
 */
import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from '../test.js';
import {
  argumentsOf,
  judgeSample,
  SAMPLES,
  type Expected,
} from '../../scripts/samples/judge-sample.js';

type Sample = {
  readonly name: string;
  readonly args: readonly string[];
  readonly expected: Expected;
};
const read = (name: string): string => readFileSync(new URL(name, SAMPLES), 'utf8');
const samples = JSON.parse(read('expected.json')) as readonly Sample[];

for (const { name, args, expected } of samples) {
  test(`sample: ${name}`, async (t) => {
    t.deepEqual(await judgeSample(args), expected);
  });
}

const failed = (name: string): readonly string[] => {
  const { checks } = samples.find((sample) => sample.name === name)?.expected ?? { checks: {} };
  return Object.entries(checks).flatMap(([id, status]) => (status === 'fail' ? [id] : []));
};

test('the expected results of the samples match their purpose', (t) => {
  t.deepEqual(failed('simulated, allowed'), []);
  t.deepEqual(failed('simulated, with a receipt'), []);
  t.deepEqual(failed('simulated, not allowed'), ['quote.pck-chain']);
  t.deepEqual(failed('simulated, a changed receipt'), ['receipt.signature']);
  t.deepEqual(failed('simulated, a changed setting'), [
    'statement.report-data',
    'statement.config',
    'key.possession',
  ]);
  // Also registers and keys that no policy pins.
  const own = (name: string): readonly string[] =>
    failed(name).filter((id) => !/^(?:measurement\.mrtd|measurement\.rtmr|key\.)/.test(id));
  const machine = ['measurement.os-image', 'log.events', 'compose.lint'];
  t.deepEqual(own('genuine machine, nothing of ours'), machine);
  const expired = ['tcb-info', 'qe-identity', 'crl'].map((name) => `collateral.${name}`);
  const later = ['quote.second-opinion', ...expired, ...machine];
  t.deepEqual(own('genuine machine, a month later'), later);
  t.deepEqual(own('genuine quote of the official simulator'), [
    'measurement.os-image',
    'compose.hash',
    'document.consistent',
  ]);
});

test('every file of the folder is described in its README and used', (t) => {
  const readme = read('README.md');
  const used = new Set(samples.flatMap(({ args }) => args));
  for (const file of readdirSync(SAMPLES)) {
    if (file === 'README.md') continue;
    t.true(readme.includes(file), file);
    t.true(file === 'expected.json' || used.has(`attestation/samples/${file}`), file);
  }
});

const command = new URL('../../attestation/command.js', import.meta.url).pathname;

function exitCodeOf(args: readonly string[]): Promise<number> {
  return new Promise((resolve) => {
    const child = execFile(process.execPath, [command, ...argumentsOf(args)], () => undefined);
    child.on('close', (code) => resolve(code ?? -1));
  });
}

test('as a process the command exits with 0, 1, 2 and 64', async (t) => {
  const argsOf = (name: string): readonly string[] =>
    samples.find((sample) => sample.name === name)?.args ?? [];
  t.is(await exitCodeOf(argsOf('simulated, with a receipt')), 0);
  t.is(await exitCodeOf(argsOf('genuine machine, nothing of ours')), 1);
  t.is(await exitCodeOf(['attestation/samples/none.json']), 2);
  t.is(await exitCodeOf([]), 64);
  t.is(await exitCodeOf(['--help']), 0);
});
