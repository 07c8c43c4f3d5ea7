/** Moves the state of a service between stores. `npm run state -- --help` */
import { processConsole } from '../src/console/run-command.js';
import { runState } from '../src/state-transfer/run-state.js';

process.exitCode = await runState({
  ...processConsole(process),
  databaseUrl: process.env['DATABASE_URL'],
  isTerminal: process.stderr.isTTY,
});
