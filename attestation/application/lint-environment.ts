/**
 * Lints the environment entries of a service, and the rest of a file for `$`, which is not allowed
 * there.
 */
import { readEnvironment, type EnvironmentEntry } from './environment.js';
import {
  DATABASE_ADDRESS,
  ENVIRONMENT_NAME,
  isSteeringName,
  KILL_SWITCH,
  SERVICE_SETTINGS,
} from './environment-names.js';
import { isInNamedVolume } from './lint-mounts.js';
import { finding, type LintFinding } from './lint-rules.js';
import type { ComposeValue } from './lint-yaml.js';

const SETTINGS: ReadonlySet<string> = new Set(SERVICE_SETTINGS);

/**
 * Judges an entry. A value from outside must be `NAME: ${NAME}` with an allowed name. The kill
 * switch may fall back to `on`, which is also the default of the code.
 */
function findingsOfEntry(
  { name, value }: EnvironmentEntry,
  allowedFromOutside: ReadonlySet<string>,
  where: string,
): readonly LintFinding[] {
  if (!ENVIRONMENT_NAME.test(name)) return [finding('environment-shape', where)];
  if (isSteeringName(name)) return [finding('environment-name', where)];
  if (value.kind === 'literal') return [];
  if (value.kind === 'from-shell') return [finding('environment-from-shell', where)];
  if (SETTINGS.has(name) && name !== KILL_SWITCH) return [finding('setting-literal', where)];
  const isPlain = value.kind === 'from-outside' && value.name === name;
  const isAllowed = isPlain && allowedFromOutside.has(name);
  const hasFallback = isPlain && value.fallback !== undefined;
  const isFallbackAllowed = isPlain && name === KILL_SWITCH && value.fallback === 'on';
  return isAllowed && (!hasFallback || isFallbackAllowed) ? [] : [finding('interpolation', where)];
}

/** Returns the findings of `environment`, which is a map or a list. */
export function findingsOfEnvironment(
  environment: ComposeValue | undefined,
  allowedFromOutside: ReadonlySet<string>,
  where: string,
): readonly LintFinding[] {
  const seen = new Set<string>();
  return readEnvironment(environment).flatMap((entry, index) => {
    if (entry === undefined) return [finding('environment-shape', `${where}[${index}]`)];
    const at = `${where}.${entry.name}`;
    if (seen.has(entry.name)) return [finding('environment-duplicate', at)];
    seen.add(entry.name);
    return findingsOfEntry(entry, allowedFromOutside, at);
  });
}

/**
 * Returns the finding of a data directory that no named volume of the service covers. A service
 * whose state is in a database has no data directory.
 */
export function findingsOfDataDir(
  environment: ComposeValue | undefined,
  mounts: ComposeValue | undefined,
  where: string,
): readonly LintFinding[] {
  const entries = readEnvironment(environment);
  const entry = entries.find((each) => each?.name === 'DATA_DIR');
  if (entry?.value.kind !== 'literal') return [];
  const { value } = entry.value;
  if (value === '' && entries.some((each) => each?.name === DATABASE_ADDRESS)) return [];
  const list = Array.isArray(mounts) ? (mounts as readonly ComposeValue[]) : [];
  const isPlain = !value.split('/').includes('..');
  return isPlain && isInNamedVolume(value, list)
    ? []
    : [finding('data-dir-volume', `${where}.environment.DATA_DIR`)];
}

/** Returns a finding for each `$` in a value or key at any depth. */
export function findingsOfInterpolation(
  value: ComposeValue | undefined,
  where: string,
): readonly LintFinding[] {
  if (typeof value === 'string')
    return value.includes('$') ? [finding('interpolation', where)] : [];
  if (Array.isArray(value)) {
    return (value as readonly ComposeValue[]).flatMap((item, index) =>
      findingsOfInterpolation(item, `${where}[${index}]`),
    );
  }
  if (!(value instanceof Map)) return [];
  return [...(value as ReadonlyMap<string, ComposeValue>)].flatMap(([key, item]) => [
    ...findingsOfInterpolation(key, where),
    ...findingsOfInterpolation(item, `${where}.${key}`),
  ]);
}
