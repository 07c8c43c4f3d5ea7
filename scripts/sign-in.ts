/**
 * npm run sign-in -- --node URL --key-file PATH
 *
 * Signs in to a TinyCloud node with your own key and sets up its account, without a service. See
 * `--help`.
 */
import { promptHidden } from '../src/cli/command/prompt-hidden.js';
import { runSignIn } from '../src/cli/command/run-sign-in.js';
import { ignoreClosedPipes } from '../src/console/closed-pipes.js';

ignoreClosedPipes(process);
const stop = new AbortController();
// A second signal ends the process at once, which is safe, because a run is durable at any moment.
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
