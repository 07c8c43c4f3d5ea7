/**
 * The entry: environment in, service up, SIGTERM out. The only file that touches `process`.
 *
 * Exit codes: 0 after a stop that was asked for, 1 for a start that failed or a crash, 64 for arguments.
 */
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { composeService } from './compose/compose-service.js';
import { parseConfig } from './config.js';
import { ServiceError } from './errors.js';
import { createLogger, type LogLevel } from './runtime/logger.js';

const USAGE = `Usage: npm start
Starts the service. Everything is configured by the environment; see the README, "Configuration".
`;

const clock = (): number => Date.now();
const stream = process.stderr;

function logLevel(): LogLevel {
  const level = process.env['LOG_LEVEL'];
  return level === 'debug' || level === 'warn' || level === 'error' ? level : 'info';
}

const logger = createLogger({ level: logLevel(), stream, clock });

/** What an operator needs to know besides the sentence: names and reasons, never values. */
function detailsOf(error: unknown): readonly string[] {
  if (!(error instanceof ServiceError)) return [];
  return ['problems', 'reason', 'members', 'differing', 'host', 'port'].flatMap((name) => {
    const value = error.detail[name];
    if (value === undefined || value === null) return [];
    if (name === 'problems' && Array.isArray(value)) return value.map(String);
    return [`${name}: ${(Array.isArray(value) ? value : [value]).map(String).join(', ')}`];
  });
}

function refuse(error: unknown): never {
  logger.error('start-refused', { error });
  const said = error instanceof ServiceError ? `${error.code}: ${error.message}` : 'internal error';
  process.stderr.write(`${said}\n`);
  for (const line of detailsOf(error)) process.stderr.write(`  ${line}\n`);
  process.exit(1);
}

/** What a build wrote beside the code; a build on a developer's machine writes nothing. */
function readSourceFile(): string | undefined {
  try {
    return readFileSync(new URL('../source.json', import.meta.url), 'utf8');
  } catch {
    return undefined;
  }
}

async function main(): Promise<void> {
  if (process.argv.length > 2) {
    const help = process.argv[2] === '--help';
    (help ? process.stdout : process.stderr).write(USAGE);
    process.exit(help ? 0 : 64);
  }
  const config = parseConfig(process.env);
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
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
  process.stdout.write(`listening ${service.url}\n`);
}

// What a crash prints must not carry what was in memory: the name of the error and where, nothing it says.
process.on('uncaughtException', (error) => {
  logger.error('crashed', { error });
  process.exit(1);
});
process.on('unhandledRejection', (error) => {
  logger.error('crashed', { error });
  process.exit(1);
});

main().catch(refuse);
