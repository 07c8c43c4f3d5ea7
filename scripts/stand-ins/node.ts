/** Runs a TinyCloud node for development: `npm run stand-in:node -- --help`. */
import {
  type Given,
  processConsole,
  runCommand,
  UsageError,
} from '../../src/console/run-command.js';
import { startNode, type StandInNodeOptions } from './tinycloud-node/start-node.js';

const USAGE = `Usage: npm run stand-in:node -- --port N [options]

Starts a TinyCloud node for development. It prints its URL and runs until a signal stops it.

  --port N            listen on this port (0: any free port)
  --host ADDRESS      listen on this address (default: 127.0.0.1)
  --data DIR          keep everything in this directory (default: in memory)
  --secret BASE64URL  32 bytes from which the node's keys are derived (default: 32 times 0x07)
  --clock UNIX_MS     stop the node's clock at this time
  --storage KIND      sqlite (default): KV writes that overlap with other invocations fail; postgres: they do not
  --latency-ms N      wait this long before each request takes effect
  --sql-threads N     let this many SQL databases be open at once, others wait (default: any number; a real node: 512)
  --sql-idle-ms N     keep an SQL database open for this long after its last use (default: 300000)
  --fault SPEC        route[:ability]=kind[*count][%percent], comma-separated; ability may be "session"
                      kinds: status-NNN redirect hang hang-after slow-MS reset-before reset-after
                      half-body wrong-type huge-body
  --help              print this text

Example: npm run stand-in:node -- --port 8000 --fault /invoke=status-503*2
Exit codes: 0 stopped by a signal, 1 failed to start, 64 wrong usage.
`;

const OPTIONS = {
  port: { type: 'string' },
  host: { type: 'string' },
  data: { type: 'string' },
  secret: { type: 'string' },
  clock: { type: 'string' },
  storage: { type: 'string', default: 'sqlite' },
  'latency-ms': { type: 'string', default: '0' },
  'sql-threads': { type: 'string' },
  'sql-idle-ms': { type: 'string', default: '300000' },
  fault: { type: 'string', default: '' },
} as const;

function optionsOf({ values }: Given<typeof OPTIONS>): StandInNodeOptions {
  const { host, data, secret, clock, storage, fault } = values;
  if (values.port === undefined) throw new UsageError('--port is required.');
  if (storage !== 'sqlite' && storage !== 'postgres') {
    throw new UsageError('--storage takes sqlite or postgres.');
  }
  const clockMs = clock === undefined ? undefined : wholeNumber('--clock', clock);
  return {
    port: wholeNumber('--port', values.port, 65_535),
    storage,
    latencyMs: wholeNumber('--latency-ms', values['latency-ms']),
    faults: fault,
    ...sqlThreadsOf(values['sql-threads'], values['sql-idle-ms']),
    ...(host === undefined ? {} : { host }),
    ...(data === undefined ? {} : { dataDir: data }),
    ...(secret === undefined ? {} : { secret: parseSecret(secret) }),
    ...(clockMs === undefined ? {} : { clock: () => clockMs }),
  };
}

function sqlThreadsOf(
  threads: string | undefined,
  idleMs: string,
): Pick<StandInNodeOptions, 'sqlThreads'> {
  if (threads === undefined) return {};
  const limit = { threads: wholeNumber('--sql-threads', threads) };
  return { sqlThreads: { ...limit, idleMs: wholeNumber('--sql-idle-ms', idleMs) } };
}

function wholeNumber(flag: string, text: string, most = Number.MAX_SAFE_INTEGER): number {
  const value = /^[0-9]+$/.test(text) ? Number(text) : Infinity;
  if (value > most) throw new UsageError(`${flag} takes a number up to ${most}.`);
  return value;
}

function parseSecret(text: string): Uint8Array {
  const bytes = Buffer.from(text, 'base64url');
  if (bytes.length !== 32 || bytes.toString('base64url') !== text) {
    throw new UsageError('--secret takes 32 bytes in base64url.');
  }
  return new Uint8Array(bytes);
}

/** Starts the node. An invalid specification of faults is wrong usage. */
async function start(options: StandInNodeOptions): ReturnType<typeof startNode> {
  try {
    return await startNode(options);
  } catch (error) {
    throw error instanceof RangeError ? new UsageError(`${error.message}.`) : error;
  }
}

const line = { usage: USAGE, options: OPTIONS, positionals: [0, 0] } as const;
const console = processConsole(process);

process.exitCode = await runCommand(line, console, async (given) => {
  const options = optionsOf(given);
  try {
    const node = await start(options);
    console.write(`listening ${node.url}\n`);
    await new Promise<void>((resolve) => {
      process.once('SIGTERM', () => resolve());
      process.once('SIGINT', () => resolve());
    });
    await node.close();
    return 0;
  } catch (error) {
    if (error instanceof UsageError) throw error;
    console.complain(
      `The node could not start: ${error instanceof Error ? error.message : String(error)}\n`,
    );
    return 1;
  }
});
