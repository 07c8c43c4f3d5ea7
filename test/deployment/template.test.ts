/**
 * Tests that the template contains every setting, and nothing that the lint would refuse after
 * rendering.
 */
import { readFileSync } from 'node:fs';
import { test } from '../test.js';
import { SERVICE_SETTINGS, KILL_SWITCH } from '../../attestation/application/environment-names.js';
import { lintAppCompose } from '../../attestation/application/compose-lint.js';
import { readMeasuredSettings } from '../../attestation/application/measured-settings.js';
import { SECRET_SETTINGS, SETTING_NAMES } from '../../src/config.js';
import { appComposeText } from '../attestation/good-app-compose.js';
import { PRODUCTION, rendered, ROOT, TEMPLATE } from './rendered.js';

// A simulator is for development only, and a secret is not a literal.
const NOT_DEPLOYED = new Set(['DSTACK_SIMULATOR_ENDPOINT', ...SECRET_SETTINGS]);

const settingsOf = (compose: string) =>
  readMeasuredSettings(appComposeText({ docker_compose_file: compose }));
const lint = (compose: string) =>
  lintAppCompose(
    Buffer.from(appComposeText({ docker_compose_file: compose })),
    PRODUCTION.application,
  ).map(({ rule }) => rule);

test('schema, auditors and template name the same settings', (t) => {
  const inTemplate = [...settingsOf(TEMPLATE).keys()].toSorted();
  const deployed = (names: readonly string[]) =>
    names.filter((name) => !NOT_DEPLOYED.has(name)).toSorted();
  t.deepEqual(inTemplate, deployed(SETTING_NAMES));
  t.deepEqual(inTemplate, deployed(SERVICE_SETTINGS));
});

test('every setting except the kill switch is a literal', (t) => {
  for (const [name, setting] of settingsOf(TEMPLATE)) {
    if (name === KILL_SWITCH) t.like(setting, { kind: 'from-outside', name, fallback: 'on' });
    else t.is(setting.kind, 'literal', name);
  }
});

test('the template is refused until it is rendered', (t) => {
  t.true(lint(TEMPLATE).includes('image-pinned'));
  t.deepEqual(
    lint(rendered().compose).filter((rule) => rule.startsWith('image')),
    [],
  );
});

test('a rendered template contains no placeholder', (t) => {
  t.notRegex(rendered().compose, /@[A-Z_]+@/);
});

test('the health check is a script of the build', (t) => {
  const [, script = ''] = /(dist\/scripts\/[a-z-]+)\.js\]/.exec(TEMPLATE) ?? [];
  const source = new URL(`${script.replace('dist/', '')}.ts`, ROOT);
  t.regex(readFileSync(source, 'utf8'), /readyz/);
});
