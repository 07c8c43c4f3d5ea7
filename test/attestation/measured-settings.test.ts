import { test } from '../test.js';
import { EvidenceError } from '../../attestation/check.js';
import {
  compareMeasuredSettings,
  readMeasuredSettings,
} from '../../attestation/application/measured-settings.js';
import { SERVICE_SETTINGS } from '../../attestation/application/environment-names.js';
import { appComposeText, composeWith, GOOD_COMPOSE } from './good-app-compose.js';

const read = (compose: string) =>
  readMeasuredSettings(appComposeText({ docker_compose_file: compose }));
const withEnvironment = (yaml: string) =>
  read(GOOD_COMPOSE.replace(/environment:\n(?: {6}.*\n)+/, `environment:${yaml}\n`));

test('a map and a list result in the same settings, as in the container', (t) => {
  const map = withEnvironment(
    '\n      PORT: 3001\n      A: true\n      B: "on"\n      C: ""\n      D: "012"\n      E: a=b\n      F: ${F}\n      G: ${F:-x}',
  );
  const list = withEnvironment(
    ' [PORT=3001, A=true, B=on, C=, D=012, E=a=b, "F=${F}", "G=${F:-x}"]',
  );
  t.deepEqual([...map], [...list]);
  t.deepEqual(map.get('PORT'), { kind: 'literal', value: '3001' });
  t.deepEqual(map.get('D'), { kind: 'literal', value: '012' });
  t.deepEqual(map.get('F'), { kind: 'from-outside', name: 'F' });
  t.deepEqual(map.get('G'), { kind: 'from-outside', name: 'F', fallback: 'x' });
});

test('values that depend on YAML, the shell or an unset variable are refused', (t) => {
  for (const yaml of [
    '\n      A: on',
    '\n      A: 012',
    '\n      A: 1.0',
    '\n      A: True',
    '\n      A:',
    ' [A]',
    ' [A=1, A=2]',
    '\n      A: x$y',
    '\n      A: $$',
    '\n      A: ${a}',
    '\n      A: ${A:?x}',
    '\n      A: [x]',
    ' text',
  ]) {
    t.throws(() => withEnvironment(yaml), { instanceOf: EvidenceError }, yaml);
  }
});

test('exactly one service must mount the socket of dstack', (t) => {
  const other = '  aaa:\n    environment: {PORT: "1"}\n';
  t.deepEqual(read(composeWith('services:\n', `services:\n${other}`)).get('PORT'), {
    kind: 'literal',
    value: '3001',
  });
  const mount = '      - /var/run/dstack.sock:/var/run/dstack.sock\n';
  t.throws(() => read(composeWith(mount, '')), { instanceOf: EvidenceError });
  t.throws(() => read(composeWith(mount, mount + mount)), { instanceOf: EvidenceError });
  t.throws(() => readMeasuredSettings('{}'), { instanceOf: EvidenceError });
});

const compare = (
  yaml: string,
  environment: Readonly<Record<string, string | undefined>>,
  names: readonly string[] = SERVICE_SETTINGS,
) =>
  compareMeasuredSettings(withEnvironment(yaml), environment, names).map(
    ({ name, reason }) => `${name} ${reason}`,
  );

test('equal literals agree, and an empty value counts as unset on both sides', (t) => {
  t.deepEqual(
    compare(' [PORT=1, SIGNER=, LOG_LEVEL=]', { PORT: '1', LOG_LEVEL: '', PATH: '/bin' }),
    [],
  );
});

test('each kind of difference has its reason', (t) => {
  t.deepEqual(compare(' [PORT=1]', { PORT: '2' }), ['PORT different']);
  t.deepEqual(compare(' [PORT=1]', {}), ['PORT not-given']);
  t.deepEqual(compare(' [A=1]', { PORT: '1' }), ['PORT not-measured']);
  t.deepEqual(compare(' ["PORT=${PORT}"]', { PORT: '1' }), ['PORT from-outside']);
  t.deepEqual(compare(' ["PORT=${PORT:-1}"]', { PORT: '1' }), ['PORT from-outside']);
  t.deepEqual(compare(' [PORT=1]', { PORT: '2' }, ['HOST']), []);
});

test('the kill switch may be turned off from outside but not on', (t) => {
  const name = 'TINYCLOUD_BOOTSTRAP_ON_SIGN';
  const verdict = (measured: string, given?: string) =>
    compare(` ["${measured}"]`, given === undefined ? {} : { [name]: given });
  const passed = `${name}=\${${name}:-on}`;
  for (const measured of [`${name}=on`, passed, `${name}=\${${name}}`, `${name}=off`]) {
    t.deepEqual(verdict(measured, 'off'), [], measured);
  }
  for (const measured of [`${name}=on`, passed, `${name}=\${${name}}`]) {
    t.deepEqual(verdict(measured, 'on'), [], measured);
    t.deepEqual(verdict(measured), [], measured);
  }
  for (const measured of [`${name}=off`, `${name}=\${${name}:-off}`]) {
    t.deepEqual(verdict(measured, 'on'), [`${name} different`], measured);
    t.deepEqual(verdict(measured), [`${name} different`], measured);
  }
  t.deepEqual(verdict(`A=1`, 'on'), [`${name} not-measured`]);
  t.deepEqual(verdict(passed, 'ON'), [`${name} different`]);
});

test('a name of the prototype does not count as a value', (t) => {
  t.deepEqual(compare(' [PORT=1]', { PORT: '1' }, ['PORT', 'toString', '__proto__']), []);
});
