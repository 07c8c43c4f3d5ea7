import type { Capability } from '../formats/capability.js';
import { Refusal } from '../refusal.js';
import type { SqlAbility } from './sql-policy.js';

export type SqlCapability = {
  readonly space: string;
  readonly path: string | undefined;
  readonly ability: string;
};

export type SqlScope = {
  readonly space: string;
  readonly path: string | undefined;
  /** The name of the database: the last segment of the path. */
  readonly database: string;
  readonly ability: SqlAbility;
};

/** If a token has several abilities, the first of these applies. */
const PREFERENCE: readonly SqlAbility[] = ['write', 'schema', 'admin', '*', 'read', 'select'];
const PREFIX = 'tinycloud.sql/';

export function sqlCapabilities(capabilities: readonly Capability[]): readonly SqlCapability[] {
  return capabilities.flatMap(({ resource, ability }) => {
    const isSql =
      resource.kind === 'space' && resource.service === 'sql' && ability.startsWith(PREFIX);
    return isSql ? [{ space: resource.space.id, path: resource.path, ability }] : [];
  });
}

/**
 * Returns the one database and the one ability of a token. As on the real node, capabilities
 * without a path name no database, so that a token may have them beside one that does.
 */
export function selectScope(capabilities: readonly SqlCapability[]): SqlScope {
  const [first] = capabilities;
  if (first === undefined) throw noneSupported();
  if (capabilities.some(({ space }) => space !== first.space)) {
    throw new Refusal(400, 'Ambiguous sql capabilities span multiple spaces');
  }
  const [path, ...otherPaths] = new Set(capabilities.flatMap((each) => each.path ?? []));
  if (otherPaths.length > 0) {
    throw new Refusal(400, 'Ambiguous sql capabilities span multiple database paths');
  }
  const ability = PREFERENCE.find((name) => holds(capabilities, name));
  if (ability === undefined) throw noneSupported();
  const database = path?.split('/').at(-1) ?? 'default';
  return { space: first.space, path, database, ability };
}

/** Requires an admin ability in the token for PRAGMA, whichever ability applies. */
export function requireAdmin(scope: SqlScope, capabilities: readonly SqlCapability[]): void {
  if (holds(capabilities, 'admin') || holds(capabilities, '*')) return;
  const resource = `${scope.space}/sql/${scope.path ?? scope.database}`;
  throw new Refusal(401, `Unauthorized Action: ${resource} / ${PREFIX}admin`);
}

function holds(capabilities: readonly SqlCapability[], name: SqlAbility): boolean {
  return capabilities.some(({ ability }) => ability === PREFIX + name);
}

function noneSupported(): Refusal {
  return new Refusal(401, 'No supported sql capabilities found');
}
