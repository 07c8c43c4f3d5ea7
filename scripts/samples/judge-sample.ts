/** Runs the auditors' command on one sample. */
import { runCommand } from '../../attestation/command/run-command.js';
import { reportSchema, type Report } from '../../attestation/report.js';
import { sourceFolder } from '../../attestation/trusted-roots.js';

export const SAMPLES = new URL('samples/', sourceFolder());

/** The expected result of a sample. Unlike the texts of a report, it must not change. */
export type Expected = Pick<Report, 'verdict' | 'hardware' | 'facts_digest'> & {
  readonly exit_code: number;
  readonly checks: Readonly<Record<string, string>>;
};

/** Makes paths from the root of the repository absolute. */
export function argumentsOf(args: readonly string[]): readonly string[] {
  const root = new URL('../', sourceFolder());
  return args.map((arg) => (arg.startsWith('attestation/') ? new URL(arg, root).pathname : arg));
}

export async function judgeSample(args: readonly string[]): Promise<Expected> {
  let [out, complaints] = ['', ''];
  const code = await runCommand({
    args: [...argumentsOf(args), '--json'],
    write: (text) => void (out += text),
    complain: (text) => void (complaints += text),
    color: false,
    nowMs: Date.now(),
    home: sourceFolder(),
  });
  if (out === '') throw new Error(complaints);
  const { verdict, hardware, facts_digest, checks } = reportSchema.parse(JSON.parse(out));
  return {
    exit_code: code,
    verdict,
    hardware,
    facts_digest,
    checks: Object.fromEntries(checks.map(({ id, status }) => [id, status])),
  };
}
