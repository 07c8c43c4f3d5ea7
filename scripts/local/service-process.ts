/**
 * Runs the service as its operators do: in a separate process, configured only by its environment.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

export type ServiceProcess = {
  readonly url: string;
  readonly pid: number;
  /** Sends SIGTERM, and resolves to the exit code. */
  stop(): Promise<number | null>;
  kill(): Promise<void>;
  /** The log lines so far. */
  readonly log: readonly string[];
};

const ENTRY = new URL('../../src/main.js', import.meta.url).pathname;
const START_DEADLINE_MS = 240_000;

/**
 * Starts the service, or the one of another build whose `main.js` is the entry, possibly through a
 * program that restricts it (`launcher`). Rejects with its last log lines if it refuses to start.
 */
export async function startServiceProcess(
  environment: Readonly<Record<string, string>>,
  entry: string = ENTRY,
  launcher: readonly string[] = [],
): Promise<ServiceProcess> {
  const [program, ...args] = [...launcher, process.execPath, entry];
  const child = spawn(program, args, {
    env: { PATH: process.env['PATH'], ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const log: string[] = [];
  createInterface({ input: child.stderr }).on('line', (line) => log.push(line));
  // Not `exit`: what the process wrote last may still be under way then.
  const exited = once(child, 'close').then(([code]) => (typeof code === 'number' ? code : null));
  const url = await firstUrl(child, exited, log);
  return {
    url,
    pid: child.pid ?? 0,
    stop: () => {
      child.kill('SIGTERM');
      return exited;
    },
    kill: async () => {
      child.kill('SIGKILL');
      await exited;
    },
    log,
  };
}

function firstUrl(
  child: ChildProcess & { readonly stdout: NodeJS.ReadableStream },
  exited: Promise<number | null>,
  log: readonly string[],
): Promise<string> {
  return new Promise((resolve, reject) => {
    const refuse = (why: string): void => reject(new Error(`${why}\n${log.slice(-8).join('\n')}`));
    const timer = setTimeout(() => {
      child.kill('SIGKILL');
      refuse('the service did not start in time');
    }, START_DEADLINE_MS);
    createInterface({ input: child.stdout }).on('line', (line) => {
      const [, url] = /^listening (\S+)$/.exec(line) ?? [];
      if (url === undefined) return;
      clearTimeout(timer);
      resolve(url);
    });
    exited.then(
      (code) => {
        clearTimeout(timer);
        refuse(`the service ended with ${String(code)}`);
      },
      () => refuse('the service could not be started'),
    );
  });
}
