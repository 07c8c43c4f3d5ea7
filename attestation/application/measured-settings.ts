/**
 * Compares the settings in the measured compose file with those that a process received.
 *
 * In a deployment, only the compose file is measured, and environment values are not. A setting is
 * trusted because it is a literal of the compose file. Both the service (at startup) and the
 * verifier (`config.measured`) use this comparison.
 */
import { EvidenceError, expect } from '../check.js';
import { parseAppCompose } from './app-compose.js';
import { readEnvironment } from './environment.js';
import { KILL_SWITCH } from './environment-names.js';
import { dstackServices } from './lint-compose.js';
import { parseComposeYaml, type ComposeValue } from './lint-yaml.js';

/** A setting in the measured compose file. */
export type MeasuredSetting =
  | { readonly kind: 'literal'; readonly value: string }
  | { readonly kind: 'from-outside'; readonly name: string; readonly fallback?: string };

/** A setting that differs, and how. */
export type SettingDifference = {
  readonly name: string;
  readonly reason: 'not-measured' | 'not-given' | 'different' | 'from-outside';
};

const CHECK = 'config.measured';

function ourService(file: ComposeValue | undefined): ReadonlyMap<string, ComposeValue> {
  const ours = dstackServices(file);
  const [name] = ours;
  expect(
    ours.length === 1 && name !== undefined,
    CHECK,
    'not exactly one service mounts the dstack socket',
  );
  const services = file instanceof Map ? (file.get('services') as unknown) : undefined;
  const service = services instanceof Map ? (services.get(name) as unknown) : undefined;
  expect(service instanceof Map, CHECK, 'the service is not a map');
  return service as ReadonlyMap<string, ComposeValue>;
}

/**
 * Reads the environment of the one service that mounts the socket of dstack, as the container sees
 * it. Numbers and booleans are kept as written. Rejects values that YAML could change (unquoted
 * `on`, `1e3`, `012`), entries without a value, and any `$` other than `${NAME}` and
 * `${NAME:-fallback}`. Throws an EvidenceError of `config.measured`.
 */
export function readMeasuredSettings(appComposeText: string): Map<string, MeasuredSetting> {
  const { appCompose } = parseAppCompose(new TextEncoder().encode(appComposeText));
  expect(appCompose !== undefined, CHECK, 'not an app-compose file');
  const { value: file, findings } = parseComposeYaml(appCompose.docker_compose_file);
  expect(findings.length === 0, CHECK, `the compose file breaks the rule ${findings[0]?.rule}`);
  const settings = new Map<string, MeasuredSetting>();
  for (const entry of readEnvironment(ourService(file).get('environment'))) {
    expect(entry !== undefined, CHECK, 'an environment entry is neither text nor number');
    const { name, value } = entry;
    expect(!settings.has(name), CHECK, 'an environment entry is repeated');
    if (value.kind !== 'literal' && value.kind !== 'from-outside') {
      throw new EvidenceError(CHECK, 'an environment entry has no value of its own');
    }
    settings.set(name, value);
  }
  return settings;
}

type Given = string | undefined;

/** The kill switch is `on` by default. The operator of the host may turn it off, but never on. */
function differenceOfKillSwitch(
  measured: MeasuredSetting | undefined,
  given: Given,
): SettingDifference['reason'] | undefined {
  if (given === 'off') return undefined;
  if (given !== undefined && given !== 'on') return 'different';
  if (measured === undefined) return given === undefined ? undefined : 'not-measured';
  const baseline = measured.kind === 'literal' ? measured.value : (measured.fallback ?? 'on');
  return baseline === 'on' || baseline === '' ? undefined : 'different';
}

function differenceOf(
  measured: MeasuredSetting | undefined,
  given: Given,
): SettingDifference['reason'] | undefined {
  if (measured?.kind === 'from-outside') return 'from-outside';
  const literal = measured?.value === '' ? undefined : measured?.value;
  if (literal === given) return undefined;
  if (literal === undefined) return 'not-measured';
  return given === undefined ? 'not-given' : 'different';
}

/**
 * Compares the named settings of a process's effective environment with the measured ones. An empty
 * result means that they agree. An empty value counts as unset on both sides. Values are compared
 * as text.
 */
export function compareMeasuredSettings(
  settings: ReadonlyMap<string, MeasuredSetting>,
  environment: Readonly<Record<string, string | undefined>>,
  names: readonly string[],
): readonly SettingDifference[] {
  return names.flatMap((name) => {
    const value = Object.hasOwn(environment, name) ? environment[name] : undefined;
    const given = value === '' ? undefined : value;
    const judge = name === KILL_SWITCH ? differenceOfKillSwitch : differenceOf;
    const reason = judge(settings.get(name), given);
    return reason === undefined ? [] : [{ name, reason }];
  });
}
