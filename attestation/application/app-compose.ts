/** Parses the app-compose file strictly: known members only, each with its type and none twice. */
import { finding, type LintFinding, type RuleId } from './lint-rules.js';
import { parseStrictJson, StrictJsonError, type JsonProblem } from './strict-json.js';
import type { JsonValue } from './strict-json.js';

/** The members of an app-compose file. */
export type AppCompose = {
  /** Newer versions of dstack write a text. */
  readonly manifest_version: number | string;
  readonly name: string;
  readonly runner: string;
  readonly docker_compose_file: string;
  readonly init_script?: string;
  readonly bash_script?: string;
  readonly pre_launch_script?: string;
  readonly public_logs?: boolean;
  readonly public_sysinfo?: boolean;
  readonly public_tcbinfo?: boolean;
  readonly kms_enabled?: boolean;
  readonly gateway_enabled?: boolean;
  readonly local_key_provider_enabled?: boolean;
  readonly key_provider?: string;
  readonly key_provider_id?: string;
  readonly allowed_envs?: readonly string[];
  readonly no_instance_id?: boolean;
  readonly secure_time?: boolean;
  readonly storage_fs?: string;
  /** A number of bytes, or a text such as `2G`. */
  readonly swap_size?: number | string;
  readonly event_log_version?: number;
  readonly port_policy?: JsonValue;
  readonly requirements?: JsonValue;
  readonly verity_volumes?: JsonValue;
  /** Of earlier versions of dstack. Phala Cloud still writes both. */
  readonly features?: readonly string[];
  readonly tproxy_enabled?: boolean;
};

/** The parsed file, if its members have the right types, and the findings. */
export type ParsedAppCompose =
  | { readonly appCompose: AppCompose; readonly findings: readonly LintFinding[] }
  | { readonly appCompose?: undefined; readonly findings: readonly LintFinding[] };

const LIMITS = { maxBytes: 512 * 1024, maxDepth: 16 };

const isString = (value: JsonValue): boolean => typeof value === 'string';
const isBoolean = (value: JsonValue): boolean => typeof value === 'boolean';
const isCount = (value: JsonValue): boolean => Number.isSafeInteger(value) && Number(value) >= 0;
const isStrings = (value: JsonValue): boolean => Array.isArray(value) && value.every(isString);

const isCountOrString = (value: JsonValue): boolean => isCount(value) || isString(value);

/** Every member that dstack reads, with a test of its type. */
const MEMBERS: ReadonlyMap<string, (value: JsonValue) => boolean> = new Map([
  ['manifest_version', isCountOrString],
  ['name', isString],
  ['runner', isString],
  ['docker_compose_file', isString],
  ['init_script', isString],
  ['bash_script', isString],
  ['pre_launch_script', isString],
  ['public_logs', isBoolean],
  ['public_sysinfo', isBoolean],
  ['public_tcbinfo', isBoolean],
  ['kms_enabled', isBoolean],
  ['gateway_enabled', isBoolean],
  ['local_key_provider_enabled', isBoolean],
  ['key_provider', isString],
  ['key_provider_id', isString],
  ['allowed_envs', isStrings],
  ['no_instance_id', isBoolean],
  ['secure_time', isBoolean],
  ['storage_fs', isString],
  ['swap_size', isCountOrString],
  ['event_log_version', isCount],
  ['port_policy', () => true],
  ['requirements', () => true],
  ['verity_volumes', () => true],
  ['features', isStrings],
  ['tproxy_enabled', isBoolean],
]);

/** The names of all members that dstack reads. */
export const APP_COMPOSE_MEMBERS: readonly string[] = [...MEMBERS.keys()];

const REQUIRED = ['manifest_version', 'name', 'runner', 'docker_compose_file'];

const RULE_OF_PROBLEM: Readonly<Record<JsonProblem, RuleId>> = {
  'too-large': 'app-compose-syntax',
  syntax: 'app-compose-syntax',
  'too-deep': 'app-compose-syntax',
  'duplicate-key': 'app-compose-duplicate-key',
};

function findingOfError(error: unknown): LintFinding {
  if (error instanceof StrictJsonError) {
    const where = error.where === undefined ? '' : `offset ${error.where}`;
    return finding(RULE_OF_PROBLEM[error.problem], where, error.message);
  }
  return finding('app-compose-syntax', '', 'not UTF-8');
}

function findingsOfMembers(members: { readonly [name: string]: JsonValue }): LintFinding[] {
  const missing = REQUIRED.filter((name) => !Object.hasOwn(members, name));
  const found = missing.map((name) => finding('app-compose-type', name, 'is missing'));
  for (const [name, value] of Object.entries(members)) {
    const isOfType = MEMBERS.get(name);
    if (isOfType === undefined) found.push(finding('app-compose-unknown-key', name));
    else if (!isOfType(value)) found.push(finding('app-compose-type', name));
  }
  return found;
}

/**
 * Parses exactly the bytes that were measured. With a wrong type or a missing member, the result
 * has no app-compose. With an unknown member, it has one, and a finding.
 */
export function parseAppCompose(bytes: Uint8Array): ParsedAppCompose {
  let value: JsonValue;
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    value = parseStrictJson(text, LIMITS);
  } catch (error) {
    return { findings: [findingOfError(error)] };
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return { findings: [finding('app-compose-syntax', '', 'not an object')] };
  }
  const members = value as { readonly [name: string]: JsonValue };
  const findings = findingsOfMembers(members);
  if (findings.some(({ rule }) => rule === 'app-compose-type')) return { findings };
  return { appCompose: members as unknown as AppCompose, findings };
}
