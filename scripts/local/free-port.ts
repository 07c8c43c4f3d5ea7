import { randomInt } from 'node:crypto';
import { connect } from 'node:net';

/**
 * Below the ports that systems assign to outgoing connections, and above those that browsers block.
 */
const [LOWEST, HIGHEST] = [20_000, 32_000];
const MOST_TRIES = 100;
/** What was returned before, for a server that may not have started yet. */
const taken = new Set<number>();

const pickPort = (): number => randomInt(LOWEST, HIGHEST);

/**
 * Returns a port of loopback that is free now, for addresses that must be known before their server
 * starts.
 *
 * The system's own choice (port 0) may be assigned to the next connection of any process in the
 * meantime. A random port from a range that systems do not assign stays free. A process gets each
 * port once.
 */
export async function freePort(pick = pickPort): Promise<number> {
  for (let tries = 0; tries < MOST_TRIES; tries += 1) {
    const port = pick();
    if (taken.has(port) || !(await isFree(port))) continue;
    taken.add(port);
    return port;
  }
  throw new Error(`none of ${MOST_TRIES} ports between ${LOWEST} and ${HIGHEST} is free`);
}

/**
 * Connects instead of listening, because a port that was in use a moment ago may still be in use.
 */
function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('error', ({ code }: NodeJS.ErrnoException) => resolve(code === 'ECONNREFUSED'));
    socket.once('connect', () => {
      socket.destroy();
      resolve(false);
    });
  });
}
