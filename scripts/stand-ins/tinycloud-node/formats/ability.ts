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

/** `<namespace>/<name>`, both of letters, digits and `- _ . + *`. */
export function isAbility(text: string): boolean {
  const parts = text.split('/');
  return parts.length === 2 && parts.every((part) => PART.test(part));
}

/** The name an ability is dispatched by: old names resolve to the new ones. */
export function resolveAlias(ability: string): string {
  return ALIASES.get(ability) ?? ability;
}

/** Whether holding `granted` allows `asked`: equality, the aliases, and the few implications of the registry. */
export function abilityCovers(granted: string, asked: string): boolean {
  const [left, right] = [resolveAlias(granted), resolveAlias(asked)];
  return left === right || (IMPLIED.get(left)?.includes(right) ?? false);
}
