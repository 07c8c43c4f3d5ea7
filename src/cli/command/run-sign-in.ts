/** Runs `npm run sign-in` once, with its whole environment as arguments. */
import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { systemReasonOf } from '../../../attestation/failure-reason.js';
import { writeDurably } from '../../adapters/durable-file.js';
import { STEP_IDS } from '../../bootstrap/steps.js';
import { ERROR_TABLE } from '../../error-table.js';
import { type ErrorCode, ServiceError } from '../../errors.js';
import { createLocalKeySigner, openEcdsa } from '../local-key.js';
import { type LocalSession, signInLocally, type SignInResult } from '../sign-in-locally.js';
import { hex } from '../../protocol/bytes.js';
import { Drawing, type Output } from '../../console/draw.js';
import { EXIT_USAGE, UsageError } from '../../console/run-command.js';
import { type Arguments, parseArguments, USAGE } from './arguments.js';
import { type KeySources, readKey } from './read-key.js';

/** One invocation and its environment. */
export type SignInCommand = {
  readonly args: readonly string[];
  readonly environment: NodeJS.ProcessEnv;
  readonly prompt?: () => Promise<string>;
  readonly stdout: Output;
  readonly stderr: Output;
  readonly signal: AbortSignal;
};

const EXIT = { done: 0, failed: 1, degraded: 3, interrupted: 130 } as const;

/** Runs one invocation and returns its exit code. */
export async function runSignIn(command: SignInCommand): Promise<number> {
  let wanted: Arguments | undefined;
  try {
    wanted = parseArguments(command.args);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    command.stderr.write(`${error.message}\n\n${USAGE}`);
    return EXIT_USAGE;
  }
  if (wanted === undefined) {
    command.stdout.write(USAGE);
    return EXIT.done;
  }
  const drawing = new Drawing(wanted.json ? command.stderr : command.stdout, STEP_IDS.length);
  try {
    return await perform(command, wanted, drawing);
  } catch (error) {
    const { signal, stdout } = command;
    const known = error instanceof ServiceError ? error.code : 'ERR_INTERNAL';
    const code = signal.aborted ? 'ERR_BOOTSTRAP_INTERRUPTED' : known;
    drawing.end();
    drawing.line(`not signed in: ${why(code)}`);
    const reason = signal.aborted ? undefined : systemReasonOf(error);
    if (reason !== undefined) drawing.line(`  ${reason}`);
    if (wanted.json) stdout.write(`${JSON.stringify({ signedIn: false, error: code })}\n`);
    return signal.aborted ? EXIT.interrupted : EXIT.failed;
  }
}

async function perform(
  command: SignInCommand,
  wanted: Arguments,
  drawing: Drawing,
): Promise<number> {
  const { environment, prompt, signal } = command;
  const { keyFile, out, json, interactive, stateDirectory, ...options } = wanted;
  if (out !== undefined) await requireWritable(out);
  const sources: KeySources = {
    environment,
    ...(keyFile === undefined ? {} : { keyFile }),
    ...(prompt === undefined ? {} : { prompt }),
  };
  const signer = createLocalKeySigner(await readKey(sources), await openEcdsa(), { interactive });
  try {
    drawing.heading(`Signing ${signer.address} in at ${shown(options.node)}`);
    drawing.startClock();
    const result = await signInLocally({
      ...options,
      signer,
      stateDirectory: stateDirectory ?? defaultStateDirectory(environment),
      signal,
      onStep: (id, status) => drawing.step(id, status),
    });
    drawing.end();
    if (out !== undefined) await writeSession(out, result.session);
    for (const line of describe(result)) drawing.line(line);
    if (json) command.stdout.write(`${JSON.stringify(toJson(result))}\n`);
    if (signal.aborted) return EXIT.interrupted;
    return result.activated && result.bootstrap.state !== 'degraded' ? EXIT.done : EXIT.degraded;
  } finally {
    signer.close();
  }
}

/**
 * Returns the host for display. A URL may contain a password, which is rejected later and must not
 * be shown.
 */
const shown = (url: string): string => (URL.canParse(url) ? new URL(url).host : 'the node');

function defaultStateDirectory({ XDG_STATE_HOME, HOME }: NodeJS.ProcessEnv): string {
  // The XDG specification requires that relative paths are ignored.
  const base = XDG_STATE_HOME?.startsWith('/') === true ? XDG_STATE_HOME : undefined;
  return join(base ?? join(HOME ?? homedir(), '.local', 'state'), 'sealwright');
}

/**
 * Checks the folder before anything is signed: a session that cannot be saved would waste a
 * signature.
 */
async function requireWritable(path: string): Promise<void> {
  try {
    await access(dirname(resolve(path)), constants.W_OK);
  } catch (cause) {
    throw new ServiceError('ERR_LOCAL_OUT', { cause });
  }
}

async function writeSession(path: string, session: LocalSession): Promise<void> {
  const { sessionSeed, expiresAtMs, ...rest } = session;
  const file = {
    version: 1,
    ...rest,
    expiresAt: new Date(expiresAtMs).toISOString(),
    sessionSeed: hex(sessionSeed),
  };
  try {
    await writeDurably(resolve(path), `${JSON.stringify(file, undefined, 2)}\n`);
  } catch (cause) {
    throw new ServiceError('ERR_LOCAL_OUT', { cause });
  }
}

/** Returns the result without keys and session, because it goes to logs. */
function toJson({ session, bootstrap, ...rest }: SignInResult): object {
  return {
    signedIn: true,
    address: session.address,
    chainId: session.chainId,
    node: session.nodeUrl,
    sessionCid: session.cid,
    sessionExpiresAt: new Date(session.expiresAtMs).toISOString(),
    bootstrap,
    ...rest,
  };
}

const why = (code: ErrorCode): string => `${ERROR_TABLE[code].sentence} (${code})`;

function describe(result: SignInResult): readonly string[] {
  const { bootstrap, activated, activationError, requests, signatures } = result;
  const cost = `${requests} requests, ${signatures} signatures`;
  const unheard =
    activationError === undefined
      ? []
      : [`the node did not accept the session: ${why(activationError)}`];
  switch (bootstrap.state) {
    case 'skipped':
      return [
        ...unheard,
        `signed in; the account was not touched, because the signer is interactive (${cost})`,
      ];
    case 'done':
      return [`signed in; ${DONE[bootstrap.path]} (${cost})`];
    case 'degraded': {
      const same = bootstrap.reason === activationError;
      return [
        ...(same ? [] : unheard),
        `signed in, but the account is not ${activated ? 'complete' : 'reachable'}: ${why(bootstrap.reason)}`,
        ...(hintOf(result) ?? ['nothing is lost; sign in again to complete it']),
      ];
    }
  }
}

const DONE = {
  fresh: 'the account was set up',
  repair: 'the missing parts of the account were added',
  'already-done': 'the account was already complete',
} as const;

function hintOf({ bootstrap, runPath = '' }: SignInResult): readonly string[] | undefined {
  if (bootstrap.state !== 'degraded') return undefined;
  switch (bootstrap.reason) {
    case 'ERR_BOOTSTRAP_NODE_CHANGED':
      return ['if you know that the node has a new identity, pass it with --node-did'];
    case 'ERR_STATE_TAMPERED':
    case 'ERR_BOOTSTRAP_PEER_CHANGED':
      return [`to start over, remove ${runPath}`];
    case 'ERR_DATA_DIR_LOCKED':
      return ['another sign-in of this account is in progress'];
    default:
      return undefined;
  }
}
