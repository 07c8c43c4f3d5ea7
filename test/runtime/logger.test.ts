import { Writable } from 'node:stream';
import { test } from '../test.js';
import { ServiceError } from '../../src/errors.js';
import { createLogger, type Logger, type LogLevel } from '../../src/runtime/logger.js';

function capture(level: LogLevel = 'debug'): {
  logger: Logger;
  lines: () => Record<string, unknown>[];
} {
  let text = '';
  const stream = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      text += chunk.toString();
      done();
    },
  });
  return {
    logger: createLogger({ level, stream, clock: () => 0 }),
    lines: () =>
      text
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line)),
  };
}

test('a line is one JSON object with time, level and event', (t) => {
  const { logger, lines } = capture();
  logger.info('started', { url: 'http://127.0.0.1:1', count: 2, retryable: true });
  t.deepEqual(lines(), [
    {
      time: '1970-01-01T00:00:00.000Z',
      level: 'info',
      event: 'started',
      url: 'http://127.0.0.1:1',
      count: 2,
      retryable: true,
    },
  ]);
});

test('a field that is not on the list is dropped and counted', (t) => {
  const { logger, lines } = capture();
  logger.info('x', {
    message: 'text of a person',
    body: {},
    status: 200,
    address: new Uint8Array(3),
  });
  t.like(lines()[0], { status: 200, dropped: 3 });
  t.false(JSON.stringify(lines()).includes('person'));
});

test('text that looks like a secret is replaced everywhere', (t) => {
  const { logger, lines } = capture();
  const secrets = [
    'a'.repeat(64),
    `0x${'0123456789abcdef'.repeat(4)}`,
    `swt_${'a'.repeat(100)}`,
    'eyJhbGciOiJFZERTQSJ9.eyJpc3MiOiJhIn0.c2ln',
    Buffer.alloc(32, 7).toString('base64'),
    Buffer.alloc(32, 250).toString('base64url'),
  ];
  for (const secret of secrets) logger.info(`event ${secret}`, { reason: `because ${secret} is` });
  const text = JSON.stringify(lines());
  for (const secret of secrets) t.false(text.includes(secret), secret);
  t.true(text.includes('because'));
});

test('an address and a key id stay readable', (t) => {
  const { logger, lines } = capture();
  const address = '0x7E5F4552091A69125d5DfCb7b8C2659029395Bdf';
  logger.info('x', { address, keyId: `${'a'.repeat(32)}-0` });
  t.like(lines()[0], { address, keyId: `${'a'.repeat(32)}-0` });
});

test('an error is logged with its names, codes and location but never its message', (t) => {
  const { logger, lines } = capture();
  const cause = Object.assign(new Error('the secret text'), { code: 'ECONNRESET' });
  logger.error('x', { error: new ServiceError('ERR_NODE_UNAVAILABLE', { cause }) });
  const [line] = lines();
  t.deepEqual(line?.['error'], ['ServiceError:ERR_NODE_UNAVAILABLE', 'Error:ECONNRESET']);
  t.false(JSON.stringify(line).includes('secret text'));
  t.true(Array.isArray(line?.['stack']));
});

test('a stack contains file names without folders, and no text that looks like a secret', (t) => {
  const { logger, lines } = capture();
  const secret = 'ab'.repeat(32);
  const error = new Error('the secret text');
  error.stack = [
    'Error: the secret text',
    `    at open${secret} (file:///home/somebody/dist/open.js:1:2)`,
    `    at /home/somebody/${secret}/plain.js:3:4`,
  ].join('\n');
  logger.error('x', { error });
  const stack = lines()[0]?.['stack'] as string[];
  t.is(stack.length, 2);
  t.true(stack[0]?.endsWith('(open.js:1:2)'), stack[0]);
  for (const word of [secret, 'somebody', 'secret text']) {
    t.false(JSON.stringify(stack).includes(word), word);
  }
});

test('a thrown value that is not an error is logged as its type only', (t) => {
  const { logger, lines } = capture();
  logger.error('x', { error: 'a secret' });
  t.false(JSON.stringify(lines()).includes('secret'));
});

test('lines below the level are not written', (t) => {
  const { logger, lines } = capture('warn');
  logger.info('x');
  logger.warn('y');
  t.deepEqual(
    lines().map(({ event }) => event),
    ['y'],
  );
});

test('a line below the level is not composed', (t) => {
  const { logger, lines } = capture('error');
  const fields = {
    get status(): number {
      throw new TypeError('A line that is not written reads no field.');
    },
  };
  t.notThrows(() => logger.info('request', fields));
  t.throws(() => logger.error('request', fields), { instanceOf: TypeError });
  t.deepEqual(lines(), []);
});
