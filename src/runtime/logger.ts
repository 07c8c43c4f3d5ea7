/**
 * Structured logs with one JSON object per line. Only fields whose names are listed here are
 * written, so messages, bodies, tokens and texts of a node cannot reach the log by accident. Each
 * line states how many fields were dropped.
 */
import winston from 'winston';
import { redact } from './redact.js';

/** The levels, from the most detailed to the most severe. */
export type LogLevel = 'debug' | 'info' | 'warn' | 'error';
type Fields = Readonly<Record<string, unknown>>;

/** Writes an event with its fields at a level. */
export type Logger = { readonly [level in LogLevel]: (event: string, fields?: Fields) => void };

const FIELDS = new Set([
  'address',
  'attempt',
  'chainId',
  'code',
  'count',
  'durationMs',
  'expiresAtMs',
  'keyId',
  'method',
  'mode',
  'nextAtMs',
  'offsetS',
  'part',
  'reason',
  'requestId',
  'retryable',
  'ruleId',
  'route',
  'state',
  'status',
  'step',
  'traceId',
  'url',
]);

type LoggerOptions = {
  readonly level: LogLevel;
  readonly stream: NodeJS.WritableStream;
  readonly clock: () => number;
};

/** Creates a logger that writes to a stream. */
export function createLogger({ level, stream, clock }: LoggerOptions): Logger {
  const sink = winston.createLogger({
    level,
    format: winston.format.printf(({ message }) => String(message)),
    transports: [new winston.transports.Stream({ stream })],
    exitOnError: false,
  });
  const write =
    (as: LogLevel) =>
    (event: string, fields: Fields = {}): void => {
      // A line that nobody reads must not cost what composing it costs.
      if (!sink.isLevelEnabled(as)) return;
      const time = new Date(clock()).toISOString();
      sink.log(as, JSON.stringify({ time, level: as, event: redact(event), ...allowed(fields) }));
    };
  return { debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') };
}

/** Returns a logger that adds the same fields to every line. */
export function withFields(logger: Logger, always: Fields): Logger {
  const write =
    (as: LogLevel) =>
    (event: string, fields: Fields = {}): void =>
      logger[as](event, { ...always, ...fields });
  return { debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') };
}

function allowed(fields: Fields): Fields {
  const entries = Object.entries(fields).filter(([name]) => FIELDS.has(name) && name !== 'error');
  const kept = entries.flatMap(([name, value]) => {
    if (typeof value === 'string') return [[name, redact(value)]];
    return typeof value === 'number' || typeof value === 'boolean' ? [[name, value]] : [];
  });
  const error = fields['error'];
  const described = error === undefined ? {} : describeError(error);
  const dropped = Object.keys(fields).length - kept.length - (error === undefined ? 0 : 1);
  return { ...Object.fromEntries(kept), ...described, ...(dropped > 0 ? { dropped } : {}) };
}

/** Returns the name, code and location of an error and of its causes, but never a message. */
function describeError(error: unknown): Fields {
  if (!(error instanceof Error)) return { error: { name: typeof error } };
  const codes: string[] = [];
  for (let each: unknown = error; each instanceof Error && codes.length < 4; each = each.cause) {
    const code = 'code' in each && typeof each.code === 'string' ? `:${redact(each.code)}` : '';
    codes.push(`${each.name}${code}`);
  }
  const stack = (error.stack ?? '')
    .split('\n')
    .filter((line) => /^\s+at /.test(line))
    .slice(0, 6)
    .map((line) => redact(line.trim().replace(/\(?(?:file:\/\/)?\/.*\/(?=[^/]+:\d+:\d+)/, '(')));
  return { error: codes, stack };
}
