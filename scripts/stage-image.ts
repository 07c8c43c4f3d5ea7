/**
 * Lays out the files of the image. The build of the image runs it. File modes do not depend on the
 * machine that builds.
 */
import { chmodSync, cpSync, mkdirSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { processConsole, runCommand } from '../src/console/run-command.js';
import { imageFiles, imagePackages } from '../src/deployment/image-files.js';

const USAGE = `Usage: node dist/scripts/stage-image.js OUT

Writes OUT/app (the code and the packages that the service and its health check import) and OUT/data (empty). OUT must not
exist.

  --help   print this text

Example: node dist/scripts/stage-image.js /out
Exit codes: 0 written, 2 a file cannot be read or written, 64 wrong usage.
`;

const ROOT = new URL('../../', import.meta.url);

function stage(out: string): void {
  const paths = [...imageFiles(ROOT), ...imagePackages(ROOT)];
  mkdirSync(out);
  mkdirSync(join(out, 'data'), { mode: 0o700 });
  const app = join(out, 'app');
  for (const path of paths) cpSync(new URL(path, ROOT), join(app, path), { recursive: true });
  for (const path of readdirSync(app, { recursive: true, encoding: 'utf8' })) {
    const full = join(app, path);
    chmodSync(full, statSync(full).isDirectory() ? 0o755 : 0o644);
  }
  chmodSync(app, 0o755);
}

const line = { usage: USAGE, options: {}, positionals: [1, 1] } as const;
const console = processConsole(process);

process.exitCode = await runCommand(line, console, ({ positionals: [out = ''] }) => {
  try {
    stage(out);
    return 0;
  } catch (error) {
    console.complain(`${error instanceof Error ? error.message : 'OUT cannot be written.'}\n`);
    return 2;
  }
});
