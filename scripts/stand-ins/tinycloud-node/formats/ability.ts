const PART = /^[\p{Alphabetic}\p{N}\-_.+*]+$/u;
const ALIASES = new Map([
  ['tinycloud.kv/delete', 'tinycloud.kv/del'],
  ['tinycloud.sql/select', 'tinycloud.sql/read'],
  ['tinycloud.duckdb/select', 'tinycloud.duckdb/read'],
]);
const IMPLIED = new Map([
  ['tinycloud.sql/*', ['read', 'write', 'schema', 'admin'].map((name) => `tinycloud.sql/${name}`)],
  ['tinycloud.sql/admin', ['tinycloud.sql/schema']],
  [
    'tinycloud.duckdb/*',
    ['admin', 'export', 'import', 'read', 'write'].map((name) => `tinycloud.duckdb/${name}`),
  ],
]);

/** Returns whether a text is `<namespace>/<name>`, both of letters, digits and `- _ . + *`. */
export function isAbility(text: string): boolean {
  const parts = text.split('/');
  return parts.length === 2 && parts.every((part) => PART.test(part));
}

/** Returns the name by which an ability is dispatched. Old names resolve to new ones. */
export function resolveAlias(ability: string): string {
  return ALIASES.get(ability) ?? ability;
}

/**
 * Returns whether holding `granted` allows `asked`, by equality, aliases, or one of the few
 * implications of the registry.
 */
export function abilityCovers(granted: string, asked: string): boolean {
  const [left, right] = [resolveAlias(granted), resolveAlias(asked)];
  return left === right || (IMPLIED.get(left)?.includes(right) ?? false);
}
