/**
 * The main job on one machine: stand-in guest agent, stand-in node and the service on loopback; a person signs once, the
 * account is provisioned before your eyes, and another process proves it from outside.
 *
 *   npm run local                       stays up with URLs printed
 *   npm run local -- --once             ends with 0 (proved) or 1
 *   npm run local -- --port 3001        fixes the service's port
 *   npm run local -- --node URL         a real TinyCloud node
 *   DSTACK_SIMULATOR_ENDPOINT=… npm run local      the official dstack simulator (`phala simulator start` prints it)
 */
import { parseArgs } from 'node:util';
import { runLocal } from './local/run-local.js';

const USAGE = `Usage: npm run local -- [--once] [--port N] [--node URL]

  --once       provision and prove one account, then end with 0, or 1 if the proof fails
  --port N     the service's port (default: any free one)
  --node URL   use this TinyCloud node in place of the stand-in (https, or http on loopback)
  --help       this text

DSTACK_SIMULATOR_ENDPOINT: use this dstack guest agent in place of the stand-in.
`;

function parseOptions(args: readonly string[]): { once: boolean; port: number; node?: string } {
  const { values } = parseArgs({
    args: [...args],
    options: {
      once: { type: 'boolean', default: false },
      port: { type: 'string', default: '0' },
      node: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    process.stdout.write(USAGE);
    process.exit(0);
  }
  if (!/^[0-9]{1,5}$/.test(values.port)) throw new TypeError('--port takes a number');
  const { node } = values;
  return { once: values.once, port: Number(values.port), ...(node === undefined ? {} : { node }) };
}

function optionsOrExit(): ReturnType<typeof parseOptions> {
  try {
    return parseOptions(process.argv.slice(2));
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : 'bad arguments'}\n\n${USAGE}`);
    process.exit(64);
  }
}

const options = optionsOrExit();
const endpoint = process.env['DSTACK_SIMULATOR_ENDPOINT'];
const stop = new AbortController();
process.once('SIGINT', () => stop.abort());
process.once('SIGTERM', () => stop.abort());
process.exitCode = await runLocal({
  ...options,
  ...(endpoint === undefined ? {} : { enclaveEndpoint: endpoint }),
  output: process.stdout,
  signal: stop.signal,
});
