/** A dstack guest agent for development: `npm run stand-in:guest-agent -- --help`. It protects nothing. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { parseAppKeys } from './guest-agent/app-keys.js';
import type { SimulatorAnswers } from './guest-agent/simulator-machine.js';
import { startGuestAgent, type GuestAgentOptions } from './guest-agent/start-guest-agent.js';

const USAGE = `Usage: npm run stand-in:guest-agent -- (--socket PATH | --port N) [options]

  --socket PATH     listen on a Unix socket
  --port N          listen on http://127.0.0.1:N (0: any free port)
  --seed HEX        32 bytes that every key comes from (default: a fixed, published one)
  --compose FILE    the app-compose file that is measured
  --app-keys FILE   the app key of another agent: {app_id, k256_key, k256_signature}
  --simulator DIR   answer as the official simulator does: its info.json and quote.json (as it answers Info, and GetQuote
                    with empty report data), with --app-keys
  --help            this text
`;

function parseOptions(): GuestAgentOptions {
  const { values } = parseArgs({
    options: {
      socket: { type: 'string' },
      port: { type: 'string' },
      seed: { type: 'string' },
      compose: { type: 'string' },
      'app-keys': { type: 'string' },
      simulator: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    process.stdout.write(USAGE);
    process.exit(0);
  }
  const { socket, port, seed, compose } = values;
  if ((socket === undefined) === (port === undefined)) {
    throw new TypeError('one of --socket and --port is needed');
  }
  if (port !== undefined && !/^[0-9]{1,5}$/.test(port))
    throw new TypeError('--port takes a number');
  if (seed !== undefined && !/^[0-9a-f]{64}$/.test(seed)) {
    throw new TypeError('--seed takes 64 hex digits');
  }
  const { 'app-keys': appKeys, simulator } = values;
  if (simulator !== undefined && appKeys === undefined) {
    throw new TypeError('--simulator needs --app-keys');
  }
  return {
    ...(socket === undefined ? {} : { socketPath: socket }),
    ...(port === undefined ? {} : { port: Number(port) }),
    ...(seed === undefined ? {} : { seed: new Uint8Array(Buffer.from(seed, 'hex')) }),
    ...(compose === undefined ? {} : { compose: new Uint8Array(readFileSync(compose)) }),
    ...(appKeys === undefined ? {} : { appKeys: parseAppKeys(readFileSync(appKeys, 'utf8')) }),
    ...(simulator === undefined ? {} : { simulator: readSimulator(simulator) }),
  };
}

const readSimulator = (folder: string): SimulatorAnswers => ({
  info: readFileSync(join(folder, 'info.json'), 'utf8'),
  quote: readFileSync(join(folder, 'quote.json'), 'utf8'),
});

function optionsOrExit(): GuestAgentOptions {
  try {
    return parseOptions();
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : 'bad arguments'}\n\n${USAGE}`);
    process.exit(64);
  }
}

const agent = await startGuestAgent(optionsOrExit());
process.stdout.write(`listening ${agent.endpoint}\n`);
const stop = (): void => void agent.close().then(() => process.exit(0));
process.once('SIGTERM', stop);
process.once('SIGINT', stop);
