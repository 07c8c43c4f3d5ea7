/**
 * The health check of the container. It prints nothing, because the log of the service states the
 * reason.
 */
import { processConsole, runCommand } from '../src/console/run-command.js';

const DEADLINE_MS = 4_000;

const USAGE = `Usage: node dist/scripts/health-check.js

Asks http://127.0.0.1:PORT/readyz whether the service is ready. The environment variable PORT is the one of the service
(default 3001).

  --help   print this text

Example: PORT=3001 node dist/scripts/health-check.js
Exit codes: 0 ready, 1 not ready or no answer, 64 wrong usage.
`;

async function isReady(port: string): Promise<boolean> {
  if (!/^[0-9]{1,5}$/.test(port)) return false;
  try {
    const url = `http://127.0.0.1:${port}/readyz`;
    const answer = await fetch(url, {
      redirect: 'error',
      signal: AbortSignal.timeout(DEADLINE_MS),
    });
    await answer.body?.cancel();
    return answer.status === 200;
  } catch {
    return false;
  }
}

const line = { usage: USAGE, options: {}, positionals: [0, 0] } as const;

process.exitCode = await runCommand(line, processConsole(process), async () =>
  (await isReady(process.env['PORT'] ?? '3001')) ? 0 : 1,
);
