/**
 * Renders the compose file of a deployment: the template with the operator's values.
 *
 * The service's own configuration parses the values and serializes them again, so that every
 * problem is reported at once and each literal exactly equals the value that the service will
 * attest.
 */
import { DATABASE_ADDRESS, KILL_SWITCH } from '../../attestation/application/environment-names.js';
import { describeConfig, parseConfig } from '../config.js';
import { ServiceError } from '../errors.js';
import { DeploymentError, type OperatorFile } from './operator-file.js';

/** A compose file and its settings. */
export type RenderedCompose = {
  readonly text: string;
  /** Every setting as the service will attest it, or null if it is not set. */
  readonly settings: Readonly<Record<string, string | null>>;
};

/** What a deployment is rendered for. */
export type RenderOptions = {
  /** A volume of one machine, or a database that several replicas share. */
  readonly store: 'json' | 'postgres';
  /** Whether an empty volume or database is accepted as a new one. */
  readonly isFirstStart: boolean;
};

const SETTING = /^( {6})([A-Z][A-Z0-9_]*): '(.*)'$/;
const IMAGE = /^( {4}image: )'@IMAGE@'$/;
const PORTS = /^( {6}- )'[0-9]+:[0-9]+'$/;
const isPlaceholder = (value: string): boolean => /^@[A-Z_]+@$/.test(value);

/**
 * Returns the settings that a template has a literal for. The value is undefined for a setting that
 * the operator must give.
 */
export function settingsOfTemplate(template: string): ReadonlyMap<string, string | undefined> {
  const rows = template.split('\n').flatMap((line): [string, string | undefined][] => {
    const [, , name, value] = SETTING.exec(line) ?? [];
    if (name === undefined || value === undefined) return [];
    return [[name, isPlaceholder(value) ? undefined : value]];
  });
  return new Map(rows);
}

function effectiveSettings(
  operator: OperatorFile,
  ofTemplate: ReadonlyMap<string, string | undefined>,
  { store, isFirstStart }: RenderOptions,
): Readonly<Record<string, string | null>> {
  const unknown = Object.keys(operator.settings).filter((name) => !ofTemplate.has(name));
  const environment = {
    ...Object.fromEntries(ofTemplate),
    ...operator.settings,
    STATE_INIT: isFirstStart ? '1' : '0',
    // Any address has the same effect on what is measured, which is none.
    ...(store === 'postgres' ? { [DATABASE_ADDRESS]: 'postgres://name@localhost/name' } : {}),
  };
  const problems = unknown.map((name) => `${name}: is not a setting of the template`);
  try {
    const settings = describeConfig(parseConfig(environment));
    if (problems.length === 0) return settings;
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    problems.push(...[error.detail['problems']].flat().map(String));
  }
  throw new DeploymentError(`the settings are refused:\n  ${problems.join('\n  ')}`);
}

/** Fills in the template. Throws a DeploymentError that names every rejected setting. */
export function renderCompose(
  template: string,
  operator: OperatorFile,
  options: RenderOptions,
): RenderedCompose {
  const settings = effectiveSettings(operator, settingsOfTemplate(template), options);
  const port = settings['PORT'] ?? '';
  const renderLine = (line: string): string => {
    const [, indent, name] = SETTING.exec(line) ?? [];
    if (name !== undefined && name !== KILL_SWITCH) {
      return `${indent}${name}: ${JSON.stringify(settings[name] ?? '')}`;
    }
    const [, image] = IMAGE.exec(line) ?? [];
    if (image !== undefined) return `${image}${JSON.stringify(operator.image)}`;
    const [, item] = PORTS.exec(line) ?? [];
    return item === undefined ? line : `${item}"${port}:${port}"`;
  };
  // The first comment is about the template, so what is measured begins after it.
  const body = template.slice(template.indexOf('services:\n'));
  return { text: body.split('\n').map(renderLine).join('\n'), settings };
}
