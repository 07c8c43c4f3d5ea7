/** Lints mounts and ports, through which a container reaches the machine or the outside. */
import { finding, type LintFinding } from './lint-rules.js';
import type { ComposeValue } from './lint-yaml.js';

const DSTACK_SOCKET = '/var/run/dstack.sock';
// A socket accepts connections through a read-only mount too, so :ro has no effect and is allowed.
const DSTACK_MOUNT = new RegExp(`^${DSTACK_SOCKET}:${DSTACK_SOCKET}(?::r[ow])?$`);
const NAMED_MOUNT = /^([a-z][a-z0-9_-]*):((?:\/data|\/var\/lib)(?:\/[a-z0-9_-]+)*)$/;
const PORT = /^([1-9][0-9]{0,4}):([1-9][0-9]{0,4})$/;

/** Returns whether a mount is the socket of dstack at its own path. */
export function isDstackMount(mount: ComposeValue): boolean {
  return typeof mount === 'string' && DSTACK_MOUNT.test(mount);
}

/** Returns the findings of one entry of `volumes`. Only the short form is supported. */
export function findingsOfMount(
  mount: ComposeValue,
  declared: ReadonlySet<string>,
  where: string,
): readonly LintFinding[] {
  if (isDstackMount(mount)) return [];
  if (typeof mount !== 'string') return [finding('mount-shape', where)];
  const source = mount.split(':')[0] ?? '';
  if (/(?:docker|containerd|podman)[^:]*\.sock/.test(mount)) {
    return [finding('mount-docker-socket', where)];
  }
  if (/^[./~\\]/.test(source)) return [finding('mount-host-path', where)];
  const name = NAMED_MOUNT.exec(mount)?.[1];
  return name !== undefined && declared.has(name) ? [] : [finding('mount-shape', where)];
}

/** Returns whether a path is at or below the mount point of a named volume. */
export function isInNamedVolume(path: string, mounts: readonly ComposeValue[]): boolean {
  return mounts.some((mount) => {
    const [, , target] = (typeof mount === 'string' ? NAMED_MOUNT.exec(mount) : null) ?? [];
    return target !== undefined && (path === target || path.startsWith(`${target}/`));
  });
}

/** Returns whether `ports` is exactly one `outside:inside`. */
export function isOnePort(ports: ComposeValue | undefined): boolean {
  if (!Array.isArray(ports) || ports.length !== 1) return false;
  const match = PORT.exec(String(ports[0]));
  return match !== null && Number(match[1]) <= 65_535 && Number(match[2]) <= 65_535;
}
