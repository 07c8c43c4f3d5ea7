/**
 * npm run sign-in -- --node URL --key-file PATH
 *
 * Signs a key of one's own in at a TinyCloud node and sets its account up, without a service; `--help` tells the rest.
 */
import { promptHidden } from '../src/cli/command/prompt-hidden.js';
import { runSignIn } from '../src/cli/command/run-sign-in.js';

const stop = new AbortController();
// The second one ends the process where it is: a run is durable at any moment.
process.once('SIGINT', () => stop.abort());
process.once('SIGTERM', () => stop.abort());

const { stdin, stderr } = process;
const prompt = (): Promise<string> =>
  promptHidden(stdin, stderr, 'Private key (not shown): ', () => stop.abort());

process.exitCode = await runSignIn({
  args: process.argv.slice(2),
  environment: process.env,
  ...(stdin.isTTY ? { prompt } : {}),
  stdout: process.stdout,
  stderr,
  signal: stop.signal,
});
