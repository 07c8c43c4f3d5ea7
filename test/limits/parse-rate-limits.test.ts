import { test } from '../test.js';
import { describeConfig, parseConfig } from '../../src/config.js';
import { ServiceError } from '../../src/errors.js';
import { parseRateLimits } from '../../src/limits/parse-rate-limits.js';
import { defaultRateLimits, type LimitName } from '../../src/limits/rate-classes.js';

const numbersOf = (text: string, name: LimitName): string => {
  const { count, windowS } = parseRateLimits(text).limits.get(name) ?? { count: 0, windowS: 0 };
  return `${count}/${windowS}`;
};

test('a class without a scope sets all its scopes, and the narrower item wins in any order', (t) => {
  for (const text of ['sign@key=5/10,sign=60/60', 'sign=60/60,sign@key=5/10']) {
    t.is(numbersOf(text, 'sign@address'), '60/60');
    t.is(numbersOf(text, 'sign@account'), '60/60');
    t.is(numbersOf(text, 'sign@key'), '5/10');
  }
});

test('a limit that is not named keeps its default', (t) => {
  const { limits, problems } = parseRateLimits('sign=60/60');
  t.deepEqual(problems, []);
  for (const [name, limit] of defaultRateLimits()) {
    if (!name.startsWith('sign@')) t.deepEqual(limits.get(name), limit, name);
  }
  t.deepEqual(parseRateLimits(undefined).limits, defaultRateLimits());
});

test('every invalid item is reported by its number and without its text', (t) => {
  const wrong = [
    'sign',
    'sign=60',
    'sign=0/60',
    'sign=60/0',
    ' sign=60/60',
    'sign=6e1/60',
    'sign=-1/60',
    'sign=060/60',
    'Sign=60/60',
    'secret=1/1',
    'challenge@account=1/1',
    'sign@toString=1/1',
    'read=1000001/60',
    'review=1/86401',
    'constructor=1/1',
    '',
  ];
  const { problems } = parseRateLimits(['export=1/1', ...wrong, 'export=2/2'].join(','));
  t.deepEqual(
    problems.map((problem) => Number(/^item (\d+) /.exec(problem)?.[1])),
    Array.from({ length: wrong.length + 1 }, (_value, index) => index + 2),
  );
  t.false(problems.join().includes('secret'));
  t.is(parseRateLimits('x'.repeat(5_000)).problems.length, 1);
});

const ENVIRONMENT = {
  SEALWRIGHT_MODE: 'development',
  DATA_DIR: '/data',
};

test('the setting is attested verbatim, or as null if it is not set', (t) => {
  const text = 'sign@key=5/10,sign=60/60';
  const given = describeConfig(parseConfig({ ...ENVIRONMENT, RATE_LIMITS: text }));
  t.is(given['RATE_LIMITS'], text);
  t.is(describeConfig(parseConfig(ENVIRONMENT))['RATE_LIMITS'], null);
  t.is(describeConfig(parseConfig({ ...ENVIRONMENT, RATE_LIMITS: '' }))['RATE_LIMITS'], null);
});

test('the service does not start, and reports each problem of the setting among the others', (t) => {
  const error = t.throws(
    () => parseConfig({ ...ENVIRONMENT, METRICS_PORT: 'x', RATE_LIMITS: 'sign=1,secret=1/1' }),
    { instanceOf: ServiceError, code: 'ERR_CONFIG' },
  );
  const problems = error.detail['problems'] as readonly string[];
  t.is(problems.filter((problem) => problem.startsWith('RATE_LIMITS: item ')).length, 2);
  t.is(problems.length, 3);
});
