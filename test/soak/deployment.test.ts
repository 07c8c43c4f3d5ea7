/** Tests that a deployment that cannot start leaves nothing behind. */
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Deployment } from '../../scripts/soak/deployment.js';
import { test } from '../test.js';

test('a deployment whose node does not start removes its folder', async (t) => {
  const { TMPDIR: before } = process.env;
  const folder = await mkdtemp(join(tmpdir(), 'deployment-'));
  process.env['TMPDIR'] = folder;
  t.teardown(async () => {
    if (before === undefined) delete process.env['TMPDIR'];
    else process.env['TMPDIR'] = before;
    await rm(folder, { recursive: true });
  });
  await t.throwsAsync(Deployment.start('no such fault'));
  t.deepEqual(await readdir(folder), []);
});
