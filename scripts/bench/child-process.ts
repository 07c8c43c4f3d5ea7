/** Runs what a bench measures, and its stand-ins, in processes of their own. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';

/** A process that listens. */
export type Listening = {
  readonly url: string;
  readonly pid: number;
  stop(): Promise<void>;
  /** Ends it as a crash does. */
  kill(): Promise<void>;
};

/**
 * Starts a script of `scripts/`, which prints `listening URL`. Rejects if it ends before that. The
 * path is relative to `scripts/`.
 */
export async function startScript(path: string, ...given: readonly string[]): Promise<Listening> {
  const script = new URL(`../${path}`, import.meta.url).pathname;
  const child = spawn(process.execPath, [script, ...given], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(child, 'close');
  const url = await new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      const [, found] = /^listening (\S+)$/.exec(line) ?? [];
      if (found !== undefined) resolve(found);
    });
    exited.then(() => reject(new Error(`${path} ended before it listened.`)), reject);
  });
  const end = async (signal: 'SIGTERM' | 'SIGKILL'): Promise<void> => {
    child.kill(signal);
    await exited;
  };
  return { url, pid: child.pid ?? 0, stop: () => end('SIGTERM'), kill: () => end('SIGKILL') };
}

/** Linux counts the CPU time of processes in hundredths of a second. */
const TICK_MS = 10;

/** Returns the numbers that Linux keeps of a process, beginning with its state. */
async function statOf(pid: number | string): Promise<readonly string[]> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
  // The name of the command may contain spaces, so the fields are counted from its closing bracket.
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
}

/** Returns the CPU time that a process has used, in milliseconds. Linux only. */
export async function cpuMsOf(pid: number): Promise<number> {
  const fields = await statOf(pid);
  return (Number(fields[11]) + Number(fields[12])) * TICK_MS;
}

/** Returns the CPU time of a process and of its children, including those that have ended. */
export async function cpuMsOfFamily(pid: number): Promise<number> {
  const own = await statOf(pid);
  let ticks = Number(own[11]) + Number(own[12]) + Number(own[13]) + Number(own[14]);
  for (const name of (await readdir('/proc')).filter((each) => /^[0-9]+$/.test(each))) {
    // A process may end while the list is read.
    const fields = await statOf(name).catch(() => []);
    if (fields[1] === String(pid)) ticks += Number(fields[11]) + Number(fields[12]);
  }
  return ticks * TICK_MS;
}
