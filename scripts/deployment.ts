/** The operator's command: render a deployment, judge what will be measured, check what runs. `npm run deployment -- --help` */
import { runDeployment } from '../src/deployment/run-deployment.js';

const { stdout, stderr, env, argv } = process;

process.exitCode = await runDeployment({
  args: argv.slice(2),
  write: (text) => void stdout.write(text),
  complain: (text) => void stderr.write(text),
  color: stdout.isTTY && env['NO_COLOR'] === undefined && env['TERM'] !== 'dumb',
  nowMs: Date.now(),
  root: new URL('../../', import.meta.url),
});
