/** Lints the Docker compose file as a whole: its top level, and what only one service may do. */
import { findingsOfInterpolation } from './lint-environment.js';
import { isDstackMount, isOnePort } from './lint-mounts.js';
import { finding, type LintFinding } from './lint-rules.js';
import { findingsOfService, type Service } from './lint-service.js';
import { parseComposeYaml, type ComposeValue } from './lint-yaml.js';

type ComposeMap = ReadonlyMap<string, ComposeValue>;

const asMap = (value: ComposeValue | undefined): ComposeMap | undefined =>
  value instanceof Map ? (value as ComposeMap) : undefined;

const TOP_LEVEL = new Set(['services', 'volumes']);

function findingsOfTopLevel(file: ComposeMap): readonly LintFinding[] {
  return [...file.keys()]
    .filter((key) => !TOP_LEVEL.has(key))
    .map((key) => finding(key === 'include' ? 'compose-include' : 'compose-unknown-key', key));
}

function findingsOfVolumes(volumes: ComposeValue | undefined): readonly LintFinding[] {
  if (volumes === undefined || volumes === null) return [];
  const map = asMap(volumes);
  if (map === undefined) return [finding('volume-options', 'volumes')];
  return [...map]
    .filter(([, options]) => options !== null && asMap(options)?.size !== 0)
    .map(([name]) => finding('volume-options', `volumes.${name}`));
}

/** Returns the names of the services that mount the socket of dstack, once for each mount. */
export function dstackServices(file: ComposeValue | undefined): readonly string[] {
  const services = asMap(asMap(file)?.get('services')) ?? new Map<string, ComposeValue>();
  return [...services].flatMap(([name, service]) => {
    const mounts = asMap(service)?.get('volumes');
    const list = Array.isArray(mounts) ? (mounts as readonly ComposeValue[]) : [];
    return list.filter(isDstackMount).map(() => name);
  });
}

function findingsOfWhole(file: ComposeMap, services: ComposeMap): readonly LintFinding[] {
  const ours = dstackServices(file);
  const publishing = [...services].filter(([, service]) => asMap(service)?.has('ports') === true);
  const [[name, service] = ['', null]] = publishing;
  const isOne = publishing.length === 1 && isOnePort(asMap(service)?.get('ports'));
  const isOurs = ours.length !== 1 || name === ours[0];
  return [
    ...(ours.length === 1 ? [] : [finding('dstack-socket', 'services')]),
    ...(isOne && isOurs ? [] : [finding('published-port', 'services')]),
  ];
}

/**
 * Returns the findings of the text of `docker_compose_file`. `allowedFromOutside` lists the names
 * that may appear as `${NAME}`.
 */
export function lintCompose(
  text: string,
  allowedFromOutside: ReadonlySet<string>,
): readonly LintFinding[] {
  const { value, findings } = parseComposeYaml(text);
  if (value === undefined) return findings;
  const file = asMap(value);
  const services = asMap(file?.get('services'));
  if (file === undefined || services === undefined || services.size === 0) {
    return [...findings, finding('compose-services', 'services')];
  }
  const declaredVolumes = new Set(asMap(file.get('volumes'))?.keys());
  const context = { allowedFromOutside, declaredVolumes };
  const ofServices = [...services].flatMap(([name, service]) => {
    const map: Service | undefined = asMap(service);
    const where = `services.${name}`;
    if (map === undefined) return [finding('compose-services', where)];
    return [...findingsOfInterpolation(name, where), ...findingsOfService(map, context, where)];
  });
  return [
    ...findings,
    ...findingsOfTopLevel(file),
    ...findingsOfVolumes(file.get('volumes')),
    ...ofServices,
    ...findingsOfWhole(file, services),
  ];
}
