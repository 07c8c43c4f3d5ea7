/** The command `npm run state`. */
import type { StateArchive } from '../accounts/state-archive.js';
import { systemReasonOf, withReason } from '../../attestation/failure-reason.js';
import { openJsonStateArchive } from '../adapters/json-state-archive.js';
import { openPostgresStateArchive } from '../adapters/postgres-state-archive.js';
import { type Console, type Given, runCommand, UsageError } from '../console/run-command.js';
import { ServiceError } from '../errors.js';
import { exportState, importState, type OnProgress, verifyState } from './transfer-state.js';

const USAGE = `Usage:
  npm run state -- export FILE STORE
  npm run state -- import FILE STORE
  npm run state -- verify FILE STORE

Moves the whole state of a service between stores, sealed as it is. Stop the service first. A step that was interrupted
continues when it is repeated.

export   writes the contents of the store to the new file FILE, and compares them
import   writes the contents of FILE to an empty store, and compares them
verify   compares FILE with the store, item by item

STORE is one of:
  --data-dir DIR   a directory of the JSON store; import needs an existing one
  --database       the PostgreSQL database of the environment variable DATABASE_URL

  --help           print this text

Example: DATABASE_URL=postgres://… npm run state -- import state.jsonl --database
Exit codes: 0 done, 1 refused or different, 64 wrong usage.
`;

const OPTIONS = {
  'data-dir': { type: 'string' },
  database: { type: 'boolean', default: false },
} as const;

/** The surroundings of the command. */
export type StateSurroundings = Console & {
  readonly databaseUrl: string | undefined;
  /** Whether progress can be drawn over itself. */
  readonly isTerminal: boolean;
};

const STEPS = { export: exportState, import: importAndVerify, verify: verifyState } as const;

async function importAndVerify(archive: StateArchive, path: string, onProgress: OnProgress) {
  await importState(archive, path, onProgress);
  return verifyState(archive, path, onProgress);
}

type Values = Given<typeof OPTIONS>['values'];

function openStore(
  { 'data-dir': dataDir, database }: Values,
  databaseUrl: string | undefined,
): Promise<StateArchive> {
  if (database === (dataDir !== undefined)) {
    throw new UsageError('Give --data-dir DIR or --database.');
  }
  if (dataDir !== undefined) return openJsonStateArchive(dataDir);
  if (databaseUrl === undefined) throw new UsageError('DATABASE_URL is not set.');
  return openPostgresStateArchive(databaseUrl);
}

function isStep(text: string): text is keyof typeof STEPS {
  return Object.hasOwn(STEPS, text);
}

/** Runs one invocation and returns its exit code. Rejects only for a bug of ours. */
export function runState(around: StateSurroundings): Promise<number> {
  const line = { usage: USAGE, options: OPTIONS, positionals: [2, 2] } as const;
  return runCommand(line, around, async ({ values, positionals }) => {
    const [step = '', path = ''] = positionals;
    if (!isStep(step)) throw new UsageError('The step must be export, import or verify.');
    try {
      const archive = await openStore(values, around.databaseUrl);
      try {
        const { documents, entries } = await STEPS[step](archive, path, progressOf(around));
        around.write(`${step}: ${documents} documents and ${entries} entries of logs\n`);
        return 0;
      } finally {
        await archive.close();
      }
    } catch (error) {
      const lines = describeFailure(error, path);
      if (lines === undefined) throw error;
      around.complain(`${lines.join('\n')}\n`);
      return 1;
    }
  });
}

/** Returns the lines about a failure, or undefined for a bug of ours. `file` is the FILE. */
function describeFailure(error: unknown, file: string): readonly string[] | undefined {
  if (error instanceof ServiceError) {
    const { path, reason = systemReasonOf(error), advice } = error.detail;
    const facts = [path, reason, advice].filter((each) => typeof each === 'string');
    return [`${error.code}: ${error.message}`, ...facts.map((each) => `  ${each}`)];
  }
  if (!(error instanceof Error && 'syscall' in error)) return undefined;
  // The system names no path if the file was opened before.
  const path = 'path' in error && typeof error.path === 'string' ? error.path : file;
  return [withReason(`${path} cannot be read or written`, error)];
}

const BAR = 24;

function progressOf({ isTerminal, complain }: StateSurroundings): OnProgress {
  return (done, total) => {
    if (!isTerminal) return;
    const full = total === undefined ? 0 : Math.round((BAR * done) / Math.max(1, total));
    const bar = total === undefined ? '' : `[${'█'.repeat(full)}${'░'.repeat(BAR - full)}] `;
    const end = done === total ? '\n' : '';
    complain(`\r\u001B[2K  ${bar}${done}${total === undefined ? '' : `/${total}`}${end}`);
  };
}
