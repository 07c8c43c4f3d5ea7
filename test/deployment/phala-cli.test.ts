/**
 * Runs each command for Phala Cloud, exactly as it is printed, with the real tool of that version
 * against a stand-in of its API. `PHALA_CLI` names the folder of the installed package `phala`.
 */
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ExecutionContext } from 'ava';
import { testThatNeeds } from '../test-that-needs.js';
import { PHALA_VERSION } from '../../src/deployment/platform-commands.js';
import type { Deployment } from '../../src/deployment/render-deployment.js';
import { COMMIT_TOKEN, CVM_ID, startPhalaApi, type PhalaApi } from './phala-api.js';
import { rendered, ROOT } from './rendered.js';

const folderOfTool = process.env['PHALA_CLI'] ?? new URL('node_modules/phala', ROOT).pathname;
const isInstalled = existsSync(join(folderOfTool, 'package.json'));

const NPX = `#!/bin/sh
[ "$1" = "phala@${PHALA_VERSION}" ] || exit 9
shift
exec "$NODE" "$TOOL" "$@"
`;

const PLACES: Readonly<Record<string, string>> = {
  CVM_ID,
  TOKEN: COMMIT_TOKEN,
  TRANSACTION: `0x${'ef'.repeat(32)}`,
};

type Ran = { readonly code: number | null; readonly said: string };

type Shell = {
  readonly run: (line: string) => Promise<Ran>;
  readonly write: (deployment: Deployment) => Promise<void>;
};

/** A folder with the rendered files, in whose PATH `npx` starts the tool. */
async function openShell(t: ExecutionContext, api: PhalaApi): Promise<Shell> {
  const folder = await mkdtemp(join(tmpdir(), 'sealwright-phala-'));
  t.teardown(() => rm(folder, { recursive: true, force: true }));
  await writeFile(join(folder, 'npx'), NPX);
  await chmod(join(folder, 'npx'), 0o755);
  const env = {
    PATH: `${folder}:/usr/bin:/bin`,
    HOME: folder,
    CI: '1',
    NODE: process.execPath,
    TOOL: join(folderOfTool, 'dist/index.js'),
    PHALA_CLOUD_DIR: folder,
    PHALA_CLOUD_API_KEY: 'phak_of_a_test',
    PHALA_CLOUD_API_PREFIX: api.url,
    PRIVATE_KEY: `0x${'01'.repeat(32)}`,
    ETH_RPC_URL: 'http://127.0.0.1:1',
    DATABASE_URL: 'postgres://name:secret@db.example/name',
  };
  const run = (line: string): Promise<Ran> =>
    new Promise((resolve, reject) => {
      const filled = line.replaceAll(/\b[A-Z_]+\b/g, (word) => PLACES[word] ?? word);
      const child = spawn('/bin/sh', ['-c', filled], { cwd: folder, env });
      let said = '';
      for (const stream of [child.stdout, child.stderr]) {
        stream.on('data', (chunk: Buffer) => void (said += chunk.toString()));
      }
      child.stdin.end();
      child.once('error', reject);
      child.once('close', (code) => resolve({ code, said }));
    });
  return {
    run,
    write: async ({ compose, preLaunchScript = '' }) => {
      await writeFile(join(folder, 'docker-compose.yml'), compose);
      await writeFile(join(folder, 'pre-launch.sh'), preLaunchScript);
    },
  };
}

testThatNeeds(
  `phala ${PHALA_VERSION} (PHALA_CLI)`,
  isInstalled,
  'the printed commands make the real tool of Phala Cloud deploy the rendered file, upgrade it, and stop provisioning',
  async (t) => {
    const { version } = JSON.parse(readFileSync(join(folderOfTool, 'package.json'), 'utf8')) as {
      readonly version: string;
    };
    t.is(version, PHALA_VERSION);
    const script = { preLaunchScript: '# nothing\n' };
    const first = rendered({}, script, true, 'phala-cloud', 'postgres');
    const second = rendered({}, script, false, 'phala-cloud', 'postgres');
    const api = await startPhalaApi();
    t.teardown(() => api.close());
    const shell = await openShell(t, api);
    const lines = first.commands.split('\n').filter((line) => line.startsWith('npx '));
    const [deploy = '', prepare = '', commit = '', stop = '', restart = '', ...more] = lines;
    t.deepEqual(more, []);
    const runs = async (line: string): Promise<string> => {
      const { code, said } = await shell.run(line);
      t.is(code, 0, `${line}\n${said}`);
      return said;
    };

    await shell.write(first);
    await runs(deploy);
    const [provision] = api.posted;
    t.is(provision?.route, 'POST /cvms/provision');
    const { compose_file: file } = provision?.body ?? {};
    t.deepEqual(file, {
      allowed_envs: ['TINYCLOUD_BOOTSTRAP_ON_SIGN', 'DATABASE_URL'],
      docker_compose_file: first.compose,
      name: '',
      pre_launch_script: '# nothing\n',
      public_logs: false,
      public_sysinfo: false,
      storage_fs: 'zfs',
    });
    t.is(api.file(), first.appCompose);
    t.deepEqual(api.environment(), {
      TINYCLOUD_BOOTSTRAP_ON_SIGN: 'on',
      DATABASE_URL: 'postgres://name:secret@db.example/name',
    });

    await shell.write(second);
    t.true((await runs(prepare)).includes(second.identity.composeHash));
    t.is(api.file(), first.appCompose);
    t.is(api.prepared(), second.appCompose);
    await runs(commit);
    t.is(api.file(), second.appCompose);

    await runs(stop);
    t.is(api.file(), second.appCompose);
    t.is(api.environment()['TINYCLOUD_BOOTSTRAP_ON_SIGN'], 'off');
    await runs(restart);
    t.is(api.posted.at(-1)?.route, `POST /cvms/${CVM_ID}/restart`);
  },
);
