#!/usr/bin/env node
/**
 * Runs the command for auditors: `sealwright-verify --help`, or `npm run verify-attestation --
 * --help` in the repository.
 */
import { runCommand } from './command/run-command.js';
import { sourceFolder } from './trusted-roots.js';

const { stdout, stderr, env, argv } = process;

// When the reader of the output is gone, as in `sealwright-verify … | head -1`, the rest of the
// output is discarded. The exit code is still the verdict.
for (const stream of [stdout, stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
}

process.exitCode = await runCommand({
  args: argv.slice(2),
  write: (text) => void stdout.write(text),
  complain: (text) => void stderr.write(text),
  color: stdout.isTTY && env['NO_COLOR'] === undefined && env['TERM'] !== 'dumb',
  nowMs: Date.now(),
  home: sourceFolder(),
});
