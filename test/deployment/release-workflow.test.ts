/**
 * Tests the form of the release workflow, which only GitHub can run: what it runs is named by hash,
 * only the job that publishes has rights, and it builds what the Dockerfile describes.
 */
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { z } from 'zod';
import { test } from '../test.js';

const root = new URL('../../../', import.meta.url);
const read = (path: string): string => readFileSync(new URL(path, root), 'utf8');
const TEXT = read('.github/workflows/release.yml');

const step = z.object({
  uses: z.string().exactOptional(),
  run: z.string().exactOptional(),
  with: z.record(z.string(), z.unknown()).exactOptional(),
});
const job = z.object({
  needs: z.string().exactOptional(),
  strategy: z.object({ matrix: z.record(z.string(), z.array(z.string())) }).exactOptional(),
  permissions: z.record(z.string(), z.string()),
  steps: z.array(step),
});
const workflow = z
  .object({
    permissions: z.object({}).strict(),
    env: z.record(z.string(), z.string()),
    jobs: z.object({ build: job, publish: job }).strict(),
  })
  .parse(parse(TEXT));
const { build, publish } = workflow.jobs;
const steps = [...build.steps, ...publish.steps];
const commandsOf = ({ steps: each }: typeof build): string =>
  each.map(({ run = '' }) => run.replaceAll(/\\\n\s*/g, '')).join('\n');

test('every action is named by commit with its version, and the builder by digest', (t) => {
  const used = steps.flatMap(({ uses }) => uses ?? []);
  t.true(used.length > 0);
  for (const uses of used) {
    t.regex(uses, /^actions\/[a-z-]+@[0-9a-f]{40}$/);
    t.regex(TEXT, new RegExp(`uses: ${uses} # v[0-9]+\\.[0-9]+\\.[0-9]+\\n`));
  }
  t.regex(workflow.env['BUILDKIT'] ?? '', /@sha256:[0-9a-f]{64}$/);
});

test('nothing but publishing has a right to write, and no step keeps the credentials of a checkout', (t) => {
  t.deepEqual(build.permissions, { contents: 'read' });
  t.deepEqual(publish.permissions, {
    contents: 'read',
    packages: 'write',
    'id-token': 'write',
    attestations: 'write',
  });
  const checkouts = steps.filter(({ uses = '' }) => uses.startsWith('actions/checkout@'));
  t.is(checkouts.length, 2);
  for (const each of checkouts) t.is(each.with?.['persist-credentials'], false);
});

test('values of the event reach a command only as environment', (t) => {
  for (const { run = '' } of steps) t.notRegex(run, /\$\{\{/);
});

test('the image is built twice by the command of the Dockerfile, and published if both are equal', (t) => {
  t.is(build.strategy?.matrix['attempt']?.length, 2);
  t.is(publish.needs, 'build');
  const commands = commandsOf(build);
  const described = read('Dockerfile').replaceAll(/\\\n#\s*/g, '');
  const [, command = ''] = /docker buildx build (.*) \.\n/.exec(described) ?? [];
  const flags = command.split(' --').map((flag) => flag.replace(/^--/, '').trim());
  t.true(flags.length >= 5);
  for (const flag of flags) t.true(commands.includes(flag), flag);
  t.true(commands.includes('--no-cache'));
  t.true(commandsOf(publish).includes('[ "$first" = "$second" ]'));
});
