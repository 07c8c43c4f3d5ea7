/**
 * Starts the service from the environment and stops it at SIGTERM. This is the only file of the
 * service that uses `process`.
 *
 * Exit codes: 0 after a requested stop, 1 for a failed start or a crash, 64 for wrong usage.
 */
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { systemReasonOf } from '../attestation/failure-reason.js';
import { parseConfig } from './config.js';
import { processConsole, runCommand } from './console/run-command.js';
import { ServiceError } from './errors.js';
import { createLogger, type LogLevel } from './runtime/logger.js';

const USAGE = `Usage: npm start

Starts the service and runs it until SIGTERM or SIGINT. Environment variables configure it; see docs/configuration.md.

  --help   print this text

Example: SEALWRIGHT_MODE=development DATA_DIR=/tmp/data STATE_INIT=1 npm start
Exit codes: 0 stopped by a signal, 1 failed to start or crashed, 64 wrong usage.
`;

const clock = (): number => Date.now();
const stream = process.stderr;

function logLevel(): LogLevel {
  const level = process.env['LOG_LEVEL'];
  return level === 'debug' || level === 'warn' || level === 'error' ? level : 'info';
}

const logger = createLogger({ level: logLevel(), stream, clock });

/** The members of an error's detail that are printed, in this order. */
const TOLD = [
  'problems',
  'path',
  'endpoint',
  'method',
  'journal',
  'line',
  'kind',
  'id',
  'reason',
  'members',
  'differing',
  'host',
  'port',
  'advice',
];

/** Returns what an operator needs besides the sentence: names and reasons, never values. */
function detailsOf(error: unknown): readonly string[] {
  if (!(error instanceof ServiceError)) return [];
  const detail: typeof error.detail = { reason: systemReasonOf(error), ...error.detail };
  return TOLD.flatMap((name) => {
    const value = detail[name];
    if (value === undefined || value === null) return [];
    if (name === 'problems' && Array.isArray(value)) return value.map(String);
    if (name === 'advice' && typeof value === 'string') return [value];
    return [`${name}: ${(Array.isArray(value) ? value : [value]).map(String).join(', ')}`];
  });
}

function refuse(error: unknown): never {
  const said = error instanceof ServiceError ? `${error.code}: ${error.message}` : 'internal error';
  process.stderr.write(`${said}\n`);
  for (const line of detailsOf(error)) process.stderr.write(`  ${line}\n`);
  logger.error('start-refused', { error });
  process.exit(1);
}

/** Reads what a build wrote beside the code. A build on a developer's machine writes nothing. */
function readSourceFile(): string | undefined {
  try {
    return readFileSync(new URL('../source.json', import.meta.url), 'utf8');
  } catch {
    return undefined;
  }
}

/** Starts the service and returns. The open server keeps the process alive. */
async function start(): Promise<void> {
  const config = parseConfig(process.env);
  // Errors in the arguments and the configuration are reported before the whole service is loaded.
  const { composeService } = await import('./compose/compose-service.js');
  // An order of a first certificate may take hours, and what it has done is durable.
  const leave = (): void => process.exit(0);
  process.once('SIGTERM', leave);
  process.once('SIGINT', leave);
  const service = await composeService(config, {
    logger,
    clock,
    randomBytes: (length) => new Uint8Array(randomBytes(length)),
    sourceFile: readSourceFile(),
  });
  let stopping = false;
  const stop = (): void => {
    if (stopping) return;
    stopping = true;
    logger.info('stopping');
    service.close().then(() => process.exit(0), refuse);
  };
  process.off('SIGTERM', leave);
  process.off('SIGINT', leave);
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
  process.stdout.write(`listening ${service.url}\n`);
}

// The output of a crash must not contain what was in memory, so it states the error's name and
// place but not its message.
process.on('uncaughtException', (error) => {
  logger.error('crashed', { error });
  process.exit(1);
});
process.on('unhandledRejection', (error) => {
  logger.error('crashed', { error });
  process.exit(1);
});

const line = { usage: USAGE, options: {}, positionals: [0, 0] } as const;

process.exitCode = await runCommand(line, processConsole(process), async () => {
  await start().catch(refuse);
  return 0;
});
