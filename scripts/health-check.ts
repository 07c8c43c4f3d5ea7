/**
 * The health check of the container: asks the service whether it is ready. `node dist/scripts/health-check.js`
 *
 * Exit codes: 0 ready, 1 not ready or no answer, 64 for arguments. It says nothing: an answer belongs in the service's log.
 */
const DEADLINE_MS = 4_000;

const USAGE = `Usage: node dist/scripts/health-check.js
Asks http://127.0.0.1:PORT/readyz; PORT is the service's own setting (default 3001).
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

if (process.argv.length > 2) {
  const help = process.argv[2] === '--help';
  (help ? process.stdout : process.stderr).write(USAGE);
  process.exitCode = help ? 0 : 64;
} else {
  process.exitCode = (await isReady(process.env['PORT'] ?? '3001')) ? 0 : 1;
}
