/** Uses a live service as a person does, and judges the account. `npm run canary -- --help` */
import { parseNodeOrigin } from '../src/cli/node-origin.js';
import { processConsole, runCommand, UsageError } from '../src/console/run-command.js';

const USAGE = `Usage: npm run canary -- SERVICE --node NODE [options]

Signs in to a service with a fresh wallet, signs one ordinary sign-in, waits for the set-up, and has the independent
reader judge the new account on the node. Each run creates one account. Run it after each deployment, and by a timer.

  SERVICE          the service's URL (https, or http on loopback)
  --node NODE      the TinyCloud node's URL (https, or http on loopback)
  --wait S         how long the set-up may take, in seconds (default 120)
  --json           print the result as one line of JSON
  --textfile FILE  write the result for the textfile collector of Prometheus's node_exporter
  --help           print this text

Example: npm run canary -- https://sealwright.example --node https://node.tinycloud.xyz
Exit codes: 0 the account is whole, 1 it is not, or a step failed, 64 wrong usage.
`;

const line = {
  usage: USAGE,
  options: {
    node: { type: 'string' },
    wait: { type: 'string', default: '120' },
    json: { type: 'boolean', default: false },
    textfile: { type: 'string' },
  },
  positionals: [1, 1],
} as const;

/** Returns the origin of a URL. Throws UsageError unless it is https, or http on loopback. */
function originOf(what: string, text = ''): string {
  try {
    return parseNodeOrigin(text);
  } catch {
    throw new UsageError(`${what} must be an https origin, or http on loopback.`);
  }
}

const console = processConsole(process);

process.exitCode = await runCommand(line, console, async ({ values, positionals }) => {
  const { node, wait, json, textfile } = values;
  if (!/^[1-9][0-9]{0,4}$/.test(wait)) throw new UsageError('--wait takes a number of seconds.');
  const plan = {
    service: originOf('SERVICE', positionals[0]),
    node: originOf('--node', node),
    waitMs: Number(wait) * 1_000,
  };
  const { runCanary } = await import('./canary/run-canary.js');
  const report = await runCanary(plan);
  const { canaryMetrics, describeCanary, writeTextfile } =
    await import('./canary/canary-report.js');
  console.write(json ? `${JSON.stringify(report)}\n` : describeCanary(report));
  if (textfile !== undefined) await writeTextfile(textfile, await canaryMetrics(report));
  return report.isWhole ? 0 : 1;
});
