/** Runs the auditors' command in this process, and returns what it prints. */
import { runCommand } from '../../attestation/command/run-command.js';

/** Where the verifier finds its shipped files. */
export const VERIFIER_HOME = new URL('../../../attestation/', import.meta.url);

/** The exit code, and what was printed. */
export type Ran = { readonly code: number; readonly out: string; readonly err: string };

/** Runs the command with these arguments, and with colors if asked to. */
export async function runVerifier(args: readonly string[], color = false): Promise<Ran> {
  let [out, err] = ['', ''];
  const code = await runCommand({
    args,
    write: (text) => void (out += text),
    complain: (text) => void (err += text),
    color,
    nowMs: Date.now(),
    home: VERIFIER_HOME,
  });
  return { code, out, err };
}
