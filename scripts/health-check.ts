/**
 * The health check of the container. It prints nothing, because the log of the service states the
 * reason.
 */
import { request, type IncomingMessage } from 'node:http';
import { request as requestTls } from 'node:https';
import { processConsole, runCommand } from '../src/console/run-command.js';

const DEADLINE_MS = 4_000;
const OWN_TLS: ReadonlySet<string | undefined> = new Set(['files', 'acme']);

const USAGE = `Usage: node dist/scripts/health-check.js

Asks 127.0.0.1:PORT/readyz whether the service is ready, over https if TLS_MODE is files or acme. The environment variables PORT
(default 3001) and TLS_MODE are those of the service.

  --help   print this text

Example: PORT=3001 node dist/scripts/health-check.js
Exit codes: 0 ready, 1 not ready or no answer, 64 wrong usage.
`;

async function isReady(port: string, isTls: boolean): Promise<boolean> {
  if (!/^[0-9]{1,5}$/.test(port)) return false;
  const signal = AbortSignal.timeout(DEADLINE_MS);
  return new Promise((resolve) => {
    const onResponse = (response: IncomingMessage): void => {
      response.destroy();
      resolve(response.statusCode === 200);
    };
    const options = { host: '127.0.0.1', port, path: '/readyz', agent: false, signal } as const;
    // The certificate is for the public name. Within this machine, nothing depends on it.
    const outgoing = isTls
      ? requestTls({ ...options, rejectUnauthorized: false }, onResponse)
      : request(options, onResponse);
    outgoing.on('error', () => resolve(false));
    outgoing.end();
  });
}

const line = { usage: USAGE, options: {}, positionals: [0, 0] } as const;

process.exitCode = await runCommand(line, processConsole(process), async () =>
  (await isReady(process.env['PORT'] ?? '3001', OWN_TLS.has(process.env['TLS_MODE']))) ? 0 : 1,
);
