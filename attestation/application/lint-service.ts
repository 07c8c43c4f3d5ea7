/**
 * Lints one service of the compose file: a table of its keys with the allowed form of each, and
 * keys that have rules of their own.
 */
import {
  findingsOfDataDir,
  findingsOfEnvironment,
  findingsOfInterpolation,
} from './lint-environment.js';
import { findingsOfMount } from './lint-mounts.js';
import { finding, type LintFinding, type RuleId } from './lint-rules.js';
import type { ComposeValue } from './lint-yaml.js';

/** A service of the compose file. */
export type Service = ReadonlyMap<string, ComposeValue>;

/** What the lint of a service needs to know about the rest of the file. */
export type ServiceContext = {
  readonly allowedFromOutside: ReadonlySet<string>;
  readonly declaredVolumes: ReadonlySet<string>;
};

/** Keys that a specific rule rejects. `service-unknown-key` rejects all other unknown keys. */
const REFUSED: ReadonlyMap<string, RuleId> = new Map<string, RuleId>([
  ['build', 'service-build'],
  ['extends', 'service-extends'],
  ['env_file', 'service-env-file'],
  ['devices', 'service-devices'],
  ['ipc', 'service-ipc'],
  ['volumes_from', 'service-volumes-from'],
  ['post_start', 'service-post-start'],
  ['privileged', 'service-privileged'],
  ['network_mode', 'service-network-mode'],
  ['pid', 'service-pid'],
  ['cap_add', 'service-cap-add'],
  ['command', 'service-command'],
  ['entrypoint', 'service-command'],
]);

const PINNED =
  /^[a-z0-9]+(?:[._-][a-z0-9]+)*(?::[0-9]{1,5}(?=\/))?(?:\/[a-z0-9]+(?:[._-]+[a-z0-9]+)*)*@sha256:(.*)$/;
const USER = /^[1-9][0-9]{0,9}(?::[1-9][0-9]{0,9})?$/;
const TMPFS =
  /^\/(?:tmp|run)(?::(?:size=[0-9]+[km]?|mode=[0-7]{3,4}|[ug]id=[0-9]+|noexec|nosuid|nodev|,)+)?$/;
const RESTART = /^(?:no|on-failure(?::[1-9][0-9]?)?)$/;
const NO_NEW_PRIVILEGES = new Set(['no-new-privileges:true', 'no-new-privileges']);
const SECONDS = /^[1-9][0-9]{0,3}s$/;
const NODE = /^(?:node|\/(?:[a-z0-9_]+\/)*bin\/node)$/;
const SCRIPT = /^\/app\/(?:[a-z0-9_-]+\/)*[a-z0-9_-]+\.js$/;

const textsOf = (value: ComposeValue | undefined): readonly string[] => {
  const items = Array.isArray(value) ? (value as readonly ComposeValue[]) : [value];
  return items.map((item) => (typeof item === 'string' ? item : '\0'));
};
const isList = (value: ComposeValue | undefined): boolean => Array.isArray(value);

const isText = (pattern: RegExp) => (value: ComposeValue | undefined) =>
  typeof value === 'string' && pattern.test(value);

/** Detects a digest that was not filled in, by too few different digits or a repeating pattern. */
function isPlaceholder(digest: string): boolean {
  const isHex = /^[0-9a-f]{64}$/.test(digest);
  return !isHex || new Set(digest).size < 8 || /^(.{1,32})\1+$/.test(digest);
}

function findingsOfImage(image: ComposeValue | undefined, where: string): readonly LintFinding[] {
  const digest = typeof image === 'string' ? PINNED.exec(image)?.[1] : undefined;
  if (digest === undefined) return [finding('image-pinned', where)];
  return isPlaceholder(digest) ? [finding('image-placeholder', where)] : [];
}

/** The keys of a health check, with a test of the allowed form of each value. */
const HEALTH_CHECK: ReadonlyMap<string, (value: ComposeValue) => boolean> = new Map([
  ['interval', isText(SECONDS)],
  ['timeout', isText(SECONDS)],
  ['start_period', isText(SECONDS)],
  ['retries', (value: ComposeValue) => typeof value === 'number' && value >= 1 && value <= 100],
  [
    'test',
    (value: ComposeValue) => {
      const [kind = '', node = '', script = '', ...rest] = textsOf(value);
      return kind === 'CMD' && NODE.test(node) && SCRIPT.test(script) && rest.length === 0;
    },
  ],
]);

function findingsOfHealthCheck(value: ComposeValue | undefined, at: string): LintFinding[] {
  if (value === undefined) return [finding('service-health-check', at)];
  if (!(value instanceof Map) || !value.has('test'))
    return [finding('service-health-check-shape', at)];
  return [...(value as Service)]
    .filter(([key, item]) => HEALTH_CHECK.get(key)?.(item) !== true)
    .map(([key]) => finding('service-health-check-shape', `${at}.${key}`));
}

function findingsOfSecurityOpt(value: ComposeValue | undefined, at: string): LintFinding[] {
  const options = isList(value) ? textsOf(value) : [];
  const hasIt = options.some((option) => NO_NEW_PRIVILEGES.has(option));
  const others = options.filter((option) => !NO_NEW_PRIVILEGES.has(option));
  return [
    ...(hasIt ? [] : [finding('service-no-new-privileges', at)]),
    ...(others.length === 0 ? [] : [finding('service-security-opt', at)]),
  ];
}

type Judge = (
  value: ComposeValue | undefined,
  at: string,
  context: ServiceContext,
) => readonly LintFinding[];

const unless =
  (rule: RuleId, isAllowed: (value: ComposeValue | undefined) => boolean): Judge =>
  (value, at) =>
    isAllowed(value) ? [] : [finding(rule, at)];

/** Every allowed key of a service. A judge receives undefined if the key is missing. */
const KEYS: ReadonlyMap<string, Judge> = new Map<string, Judge>([
  ['image', findingsOfImage],
  [
    'environment',
    (value, at, { allowedFromOutside }) => findingsOfEnvironment(value, allowedFromOutside, at),
  ],
  [
    'volumes',
    (value, at, { declaredVolumes }) => {
      if (value === undefined) return [];
      if (!Array.isArray(value)) return [finding('mount-shape', at)];
      return (value as readonly ComposeValue[]).flatMap((mount, index) =>
        findingsOfMount(mount, declaredVolumes, `${at}[${index}]`),
      );
    },
  ],
  // Ports are counted over the whole file.
  ['ports', () => []],
  ['read_only', unless('service-read-only', (value) => value === true)],
  ['user', unless('service-user', isText(USER))],
  [
    'cap_drop',
    unless('service-cap-drop', (value) => isList(value) && textsOf(value).join() === 'ALL'),
  ],
  ['security_opt', findingsOfSecurityOpt],
  [
    'tmpfs',
    unless(
      'service-tmpfs',
      (value) => value === undefined || textsOf(value).every((item) => TMPFS.test(item)),
    ),
  ],
  ['restart', unless('service-restart', (value) => value === undefined || isText(RESTART)(value))],
  ['healthcheck', findingsOfHealthCheck],
  [
    'stop_grace_period',
    unless('service-shape', (value) => value === undefined || isText(SECONDS)(value)),
  ],
]);

/**
 * Returns the findings of one service by itself. Rules about the whole file are in lint-compose.ts.
 */
export function findingsOfService(
  service: Service,
  context: ServiceContext,
  where: string,
): readonly LintFinding[] {
  const keys = [...service.keys()].filter((key) => !KEYS.has(key));
  const refused = keys.map((key) =>
    finding(REFUSED.get(key) ?? 'service-unknown-key', `${where}.${key}`),
  );
  const judged = [...KEYS].flatMap(([key, judge]) =>
    judge(service.get(key), `${where}.${key}`, context),
  );
  const interpolated = [...service]
    .filter(([key]) => key !== 'environment')
    .flatMap(([key, value]) => findingsOfInterpolation(value, `${where}.${key}`));
  const dataDir = findingsOfDataDir(service.get('environment'), service.get('volumes'), where);
  return [...refused, ...judged, ...interpolated, ...dataDir];
}
