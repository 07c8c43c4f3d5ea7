/** Tests which options each command of `npm run deployment` takes. */
import { parseArgs } from 'node:util';
import { UsageError } from '../../src/console/run-command.js';
import { DEPLOYMENT_LINE, readInvocation } from '../../src/deployment/options.js';
import { test } from '../test.js';

const read = (...args: readonly string[]) =>
  readInvocation(
    parseArgs({ args: [...args], options: DEPLOYMENT_LINE.options, allowPositionals: true }),
  );

test('a check hands the options of the verifier on, each as often as it is given', (t) => {
  const [one, other] = ['https://one.example', 'https://other.example'] as const;
  const flags = ['--rpc', one, '--rpc', other, '--kms', '0x5e', '--provenance', 'bundle.json'];
  const given = read('check', 'https://keys.example', '--dir', 'files', ...flags);
  t.is(given.command, 'check');
  t.deepEqual('flags' in given ? given.flags : undefined, flags);
  const none = read('check', 'https://keys.example', '--dir', 'files');
  t.deepEqual('flags' in none ? none.flags : undefined, []);
});

test('an option of one command is refused for another one', (t) => {
  for (const flag of ['rpc', 'kms', 'provenance', 'governance']) {
    const error = t.throws(() => read('plan', 'old', 'new', `--${flag}`, 'x'));
    t.true(error instanceof UsageError && error.message.includes(`--${flag}`), flag);
  }
});
