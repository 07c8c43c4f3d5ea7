/** A TinyCloud node for development: `npm run stand-in:node -- --help`. */
import { parseArgs } from 'node:util';
import { startNode, type StandInNodeOptions } from './tinycloud-node/start-node.js';

const USAGE = `Usage: npm run stand-in:node -- --port N [options]

  --port N            listen on this port (0: any free port)
  --host ADDRESS      listen on this address (default: 127.0.0.1)
  --data DIR          keep everything in this directory (default: in memory)
  --secret BASE64URL  32 bytes the node's keys come from (default: 32 times 0x07)
  --clock UNIX_MS     stop the node's clock at this time
  --storage KIND      sqlite (default): KV writes fail beside other invocations; postgres: they do not
  --latency-ms N      wait this long before each request takes effect
  --fault SPEC        route[:ability]=kind[*count], comma-separated; ability may be "session"
                      kinds: status-NNN redirect hang hang-after slow-MS reset-before reset-after
                      half-body wrong-type huge-body
  --help              this text
`;

const OPTIONS = {
  port: { type: 'string' },
  host: { type: 'string' },
  data: { type: 'string' },
  secret: { type: 'string' },
  clock: { type: 'string' },
  storage: { type: 'string', default: 'sqlite' },
  'latency-ms': { type: 'string', default: '0' },
  fault: { type: 'string', default: '' },
  help: { type: 'boolean', default: false },
} as const;

function parseOptions(): StandInNodeOptions {
  const { values } = parseArgs({ options: OPTIONS });
  if (values.help) {
    process.stdout.write(USAGE);
    process.exit(0);
  }
  const { host, data, secret, clock, storage, fault } = values;
  if (values.port === undefined) throw new TypeError('--port is needed');
  if (storage !== 'sqlite' && storage !== 'postgres') {
    throw new TypeError('--storage takes sqlite or postgres');
  }
  const clockMs = clock === undefined ? undefined : wholeNumber('--clock', clock);
  return {
    port: wholeNumber('--port', values.port, 65_535),
    storage,
    latencyMs: wholeNumber('--latency-ms', values['latency-ms']),
    faults: fault,
    ...(host === undefined ? {} : { host }),
    ...(data === undefined ? {} : { dataDir: data }),
    ...(secret === undefined ? {} : { secret: parseSecret(secret) }),
    ...(clockMs === undefined ? {} : { clock: () => clockMs }),
  };
}

function wholeNumber(flag: string, text: string, most = Number.MAX_SAFE_INTEGER): number {
  const value = /^[0-9]+$/.test(text) ? Number(text) : Infinity;
  if (value > most) throw new TypeError(`${flag} takes a number up to ${most}`);
  return value;
}

function parseSecret(text: string): Uint8Array {
  const bytes = Buffer.from(text, 'base64url');
  if (bytes.length !== 32 || bytes.toString('base64url') !== text) {
    throw new TypeError('--secret takes 32 bytes in base64url');
  }
  return new Uint8Array(bytes);
}

/** Flags and fault specifications that can not be read end with the usage and the code for that. */
async function startOrExit(): ReturnType<typeof startNode> {
  try {
    return await startNode(parseOptions());
  } catch (error) {
    const isUsage = error instanceof TypeError || error instanceof RangeError;
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    if (isUsage) process.stderr.write(`\n${USAGE}`);
    process.exit(isUsage ? 64 : 1);
  }
}

const node = await startOrExit();
process.stdout.write(`listening ${node.url}\n`);
const stop = (): void => void node.close().then(() => process.exit(0));
process.once('SIGTERM', stop);
process.once('SIGINT', stop);
