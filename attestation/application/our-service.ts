/** Finds the service that mounts the socket of dstack, which is the one that is attested. */
import { readEnvironment } from './environment.js';
import { dstackServices } from './lint-compose.js';
import { parseComposeYaml, type ComposeValue } from './lint-yaml.js';

/** The members of a service in the compose file. */
type Members = ReadonlyMap<string, ComposeValue>;

/** Returns its members, or undefined if the file has no such service. Other rules reject that. */
export function findOurService(compose: string): Members | undefined {
  const { value: file } = parseComposeYaml(compose);
  const services = file instanceof Map ? (file.get('services') as unknown) : undefined;
  const [name] = dstackServices(file);
  const service = services instanceof Map ? (services.get(name) as unknown) : undefined;
  return service instanceof Map ? (service as Members) : undefined;
}

/** Returns the literal of a setting, or an empty text if it has none. */
export function literalOf(service: Members, setting: string): string {
  const entry = readEnvironment(service.get('environment')).find((each) => each?.name === setting);
  return entry?.value.kind === 'literal' ? entry.value.value : '';
}
