/**
 * Runs a dstack guest agent for development: `npm run stand-in:guest-agent -- --help`. It protects
 * nothing.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  type Given,
  processConsole,
  runCommand,
  UsageError,
} from '../../src/console/run-command.js';
import { parseAppKeys } from './guest-agent/app-keys.js';
import type { SimulatorAnswers } from './guest-agent/simulator-machine.js';
import { startGuestAgent, type GuestAgentOptions } from './guest-agent/start-guest-agent.js';

const USAGE = `Usage: npm run stand-in:guest-agent -- (--socket PATH | --port N) [options]

Starts a dstack guest agent for development, whose keys are published. It prints its endpoint and runs until a signal
stops it.

  --socket PATH     listen on a Unix socket
  --port N          listen on http://127.0.0.1:N (0: any free port)
  --seed HEX        32 bytes from which every key is derived (default: a fixed, published one)
  --compose FILE    the app-compose file that is measured
  --app-keys FILE   the app key of another agent: {app_id, k256_key, k256_signature}
  --simulator DIR   respond as the official simulator: its info.json and quote.json (its responses to Info, and to GetQuote
                    with empty report data), with --app-keys
  --quote-ms N      take this long for each quote (default 0)
  --help            print this text

Example: npm run stand-in:guest-agent -- --port 8090
Exit codes: 0 stopped by a signal, 1 failed to start, 64 wrong usage.
`;

const OPTIONS = {
  socket: { type: 'string' },
  port: { type: 'string' },
  seed: { type: 'string' },
  compose: { type: 'string' },
  'app-keys': { type: 'string' },
  simulator: { type: 'string' },
  'quote-ms': { type: 'string', default: '0' },
} as const;

/** Returns the options of an invocation. Throws a UsageError, or the error of reading a file. */
function optionsOf({ values }: Given<typeof OPTIONS>): GuestAgentOptions {
  const { socket, port, seed, compose, 'app-keys': appKeys, simulator, 'quote-ms': quote } = values;
  if ((socket === undefined) === (port === undefined)) {
    throw new UsageError('One of --socket and --port is required.');
  }
  if (port !== undefined && !(/^[0-9]{1,5}$/.test(port) && Number(port) <= 65_535)) {
    throw new UsageError('--port takes a number up to 65535.');
  }
  if (seed !== undefined && !/^[0-9a-f]{64}$/.test(seed)) {
    throw new UsageError('--seed takes 64 lower-case hex digits.');
  }
  if (simulator !== undefined && appKeys === undefined) {
    throw new UsageError('--simulator needs --app-keys.');
  }
  if (!/^[0-9]{1,5}$/.test(quote)) throw new UsageError('--quote-ms takes up to five digits.');
  return {
    quoteMs: Number(quote),
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

const line = { usage: USAGE, options: OPTIONS, positionals: [0, 0] } as const;
const console = processConsole(process);

process.exitCode = await runCommand(line, console, async (given) => {
  try {
    const agent = await startGuestAgent(optionsOf(given));
    console.write(`listening ${agent.endpoint}\n`);
    await new Promise<void>((resolve) => {
      process.once('SIGTERM', () => resolve());
      process.once('SIGINT', () => resolve());
    });
    await agent.close();
    return 0;
  } catch (error) {
    if (error instanceof UsageError) throw error;
    console.complain(
      `The guest agent could not start: ${error instanceof Error ? error.message : String(error)}\n`,
    );
    return 1;
  }
});
