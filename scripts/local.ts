/**
 * Runs everything on one machine: a stand-in guest agent, a stand-in node and the service on
 * loopback. A person signs once, the account is provisioned while you watch, and another process
 * proves it from outside. `npm run local -- --help`
 */
import { processConsole, runCommand, UsageError } from '../src/console/run-command.js';

const USAGE = `Usage: npm run local -- [--once] [--port N] [--node URL] [--app ORIGIN]...

Starts the service and its dependencies on loopback, provisions and proves one account, and keeps running.

  --once       provision and prove one account, then exit
  --port N     the service's port (default: any free one)
  --app ORIGIN also let this app sign people in, for example http://localhost:5173; may be repeated
  --node URL   use this TinyCloud node instead of the stand-in (https, or http on loopback)
  --help       print this text

DSTACK_SIMULATOR_ENDPOINT: use this dstack guest agent instead of the stand-in.

Example: npm run local -- --once
Exit codes: 0 proved, or stopped by a signal; 1 failed to start or to prove; 64 wrong usage.
`;

const line = {
  usage: USAGE,
  options: {
    once: { type: 'boolean', default: false },
    port: { type: 'string', default: '0' },
    node: { type: 'string' },
    app: { type: 'string', multiple: true },
  },
  positionals: [0, 0],
} as const;

/**
 * Returns the origin of an app as browsers write it. Throws UsageError for anything that has no
 * such origin.
 */
function requireOrigin(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isWeb = url?.protocol === 'http:' || url?.protocol === 'https:';
  if (url === undefined || !isWeb || url.pathname !== '/' || url.search !== '' || url.hash !== '') {
    throw new UsageError(
      `--app takes the origin of an app, such as http://localhost:5173: ${text}`,
    );
  }
  return url.origin;
}

process.exitCode = await runCommand(line, processConsole(process), async ({ values }) => {
  const { once, port, node, app = [] } = values;
  if (!/^[0-9]{1,5}$/.test(port) || Number(port) > 65_535) {
    throw new UsageError('--port takes a number up to 65535.');
  }
  const apps = app.map(requireOrigin);
  const endpoint = process.env['DSTACK_SIMULATOR_ENDPOINT'];
  const { runLocal } = await import('./local/run-local.js');
  const stop = new AbortController();
  process.once('SIGINT', () => stop.abort());
  process.once('SIGTERM', () => stop.abort());
  return runLocal({
    once,
    port: Number(port),
    apps,
    ...(node === undefined ? {} : { node }),
    ...(endpoint === undefined ? {} : { enclaveEndpoint: endpoint }),
    output: process.stdout,
    signal: stop.signal,
  });
});
