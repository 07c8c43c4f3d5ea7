/**
 * The operator's command: renders a deployment, checks what will be measured, and checks what runs.
 * `npm run deployment -- --help`
 */
import { processConsole } from '../src/console/run-command.js';
import { runDeployment } from '../src/deployment/run-deployment.js';

const { stdout, env } = process;

process.exitCode = await runDeployment({
  ...processConsole(process),
  color: stdout.isTTY && env['NO_COLOR'] === undefined && env['TERM'] !== 'dumb',
  nowMs: Date.now(),
  root: new URL('../../', import.meta.url),
});
