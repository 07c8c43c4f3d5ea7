/**
 * Firefox under remote control, by its own protocol (Marionette, version 3): frames of JSON over a
 * connection to loopback, each preceded by its length in bytes and a colon.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { until } from '../until.js';

const COLON = 0x3a;

/** Preferences of the test's profile: any free port, and authenticators made of software. */
const PREFERENCES = {
  'marionette.port': 0,
  'security.webauth.webauthn_enable_softtoken': true,
  'security.webauth.webauthn_enable_usbtoken': false,
};

type Waiting = {
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: Error) => void;
};

/** A reply: its kind, the number of the command, and what went wrong or the result. */
type Reply = readonly [1, number, { readonly message: string } | null, unknown];

/** A connection to one Firefox. */
export class Marionette {
  readonly #socket: Socket;
  readonly #waiting = new Map<number, Waiting>();
  #received = Buffer.alloc(0);
  #lastId = 0;

  constructor(port: number) {
    this.#socket = connect(port, '127.0.0.1');
    this.#socket.on('data', (chunk) => this.#receive(chunk));
    this.#socket.on('close', () => this.#fail());
    this.#socket.on('error', () => this.#fail());
  }

  /** Sends a command. Rejects with what Firefox reports. */
  send<T>(name: string, parameters: object = {}): Promise<T> {
    const id = (this.#lastId += 1);
    const text = JSON.stringify([0, id, name, parameters]);
    this.#socket.write(`${Buffer.byteLength(text)}:${text}`);
    return new Promise<T>((resolve, reject) => {
      this.#waiting.set(id, { resolve: resolve as (result: unknown) => void, reject });
    });
  }

  close(): void {
    this.#socket.destroy();
  }

  #receive(chunk: Buffer): void {
    this.#received = Buffer.concat([this.#received, chunk]);
    for (;;) {
      const colon = this.#received.indexOf(COLON);
      const end = colon + 1 + Number(this.#received.subarray(0, colon).toString());
      if (colon < 0 || this.#received.length < end) return;
      this.#settle(JSON.parse(this.#received.subarray(colon + 1, end).toString()));
      this.#received = this.#received.subarray(end);
    }
  }

  /** The greeting of the connection is no list and ignored. */
  #settle(reply: unknown): void {
    if (!Array.isArray(reply)) return;
    const [, id, error, result] = reply as unknown as Reply;
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (error === null) waiting?.resolve(result);
    else waiting?.reject(new Error(error.message));
  }

  #fail(): void {
    for (const { reject } of this.#waiting.values()) reject(new Error('Firefox has ended'));
    this.#waiting.clear();
  }
}

/** A running Firefox. */
export type RunningFirefox = { readonly marionette: Marionette; stop(): Promise<void> };

function portOf(profile: string): number | undefined {
  try {
    const port = Number(readFileSync(join(profile, 'MarionetteActivePort'), 'utf8'));
    return port > 0 ? port : undefined;
  } catch {
    return undefined;
  }
}

/** Starts Firefox without a display, with a profile of its own that `stop` removes. */
export async function startFirefox(executable: string): Promise<RunningFirefox> {
  const profile = mkdtempSync(join(tmpdir(), 'firefox-'));
  const lines = Object.entries(PREFERENCES).map(
    ([name, value]) => `user_pref("${name}", ${JSON.stringify(value)});\n`,
  );
  writeFileSync(join(profile, 'user.js'), lines.join(''));
  const firefox = spawn(
    executable,
    ['--headless', '--marionette', '--no-remote', '--profile', profile],
    { stdio: 'ignore', env: { ...process.env, HOME: profile } },
  );
  await until('Firefox listens', () => Promise.resolve(portOf(profile) !== undefined));
  const marionette = new Marionette(portOf(profile) ?? 0);
  await marionette.send('WebDriver:NewSession', { capabilities: { alwaysMatch: {} } });
  return {
    marionette,
    stop: async () => {
      await marionette.send('Marionette:Quit').catch(() => undefined);
      marionette.close();
      await ended(firefox);
      rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((done) => {
    const kill = setTimeout(() => child.kill('SIGKILL'), 10_000);
    child.once('exit', () => {
      clearTimeout(kill);
      done();
    });
  });
}
