/**
 * Lays out what the image holds besides packages: `node dist/scripts/stage-image.js OUT`. Run by the build of the image.
 *
 * The compiled service, the auditors' readers that it shares, the health check, where the source came from; no tests, no
 * stand-ins, no operator's tools. Modes do not depend on the machine that builds.
 *
 * Exit codes: 0, 2 for files that can not be read or written, 64 for arguments.
 */
import { chmodSync, cpSync, mkdirSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

const USAGE = `Usage: node dist/scripts/stage-image.js OUT
Writes OUT/app (code, without packages) and OUT/data (empty). OUT must not exist.
Exit codes: 0 written, 2 a file can not be read or written, 64 wrong usage.
`;

const ROOT = new URL('../../', import.meta.url).pathname;

const STAGED = [
  'LICENSE',
  'package.json',
  'dist/source.json',
  'dist/src',
  'dist/browser/src',
  'src/pages/style.css',
  'src/account-page/account.css',
  'dist/attestation',
  'dist/scripts/health-check.js',
];

function stage(out: string): void {
  mkdirSync(out);
  mkdirSync(join(out, 'data'), { mode: 0o700 });
  const app = join(out, 'app');
  for (const path of STAGED) {
    cpSync(join(ROOT, path), join(app, path), {
      recursive: true,
      filter: (source) => !/\.(?:map|d\.ts)$/.test(source),
    });
  }
  for (const path of readdirSync(app, { recursive: true, encoding: 'utf8' })) {
    const full = join(app, path);
    chmodSync(full, statSync(full).isDirectory() ? 0o755 : 0o644);
  }
  chmodSync(app, 0o755);
}

const [out, ...rest] = process.argv.slice(2);
if (out === '--help') {
  process.stdout.write(USAGE);
} else if (out === undefined || out.startsWith('-') || rest.length > 0) {
  process.stderr.write(USAGE);
  process.exitCode = 64;
} else {
  try {
    stage(out);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : 'not written'}\n`);
    process.exitCode = 2;
  }
}
