import type { RightPair } from './right-pairs.js';

/**
 * What the holder of a right can do, in the order in which a line lists it. A line says each verb
 * once, however many of its rights grant it.
 */
export const VERBS = [
  'read',
  'see names',
  'see size and type',
  'add',
  'change',
  'delete',
  'lay out',
  'do everything',
  'decrypt',
  'host',
  'create',
  'see which rights exist',
] as const;

export type Verb = (typeof VERBS)[number];

const SQL_READ: readonly Verb[] = ['read'];
const SEE_RIGHTS: readonly Verb[] = ['see which rights exist'];

/**
 * The abilities that are known, each with its verbs. The namespace must fit the service of the
 * resource.
 */
const BY_ABILITY: ReadonlyMap<string, readonly Verb[]> = new Map<string, readonly Verb[]>([
  ['tinycloud.kv/get', ['read']],
  ['tinycloud.kv/list', ['see names']],
  ['tinycloud.kv/metadata', ['see size and type']],
  ['tinycloud.kv/put', ['add', 'change']],
  ['tinycloud.kv/del', ['delete']],
  ['tinycloud.kv/delete', ['delete']],
  ['tinycloud.sql/read', SQL_READ],
  ['tinycloud.sql/select', SQL_READ],
  ['tinycloud.sql/write', ['change', 'delete']],
  ['tinycloud.sql/schema', ['lay out']],
  ['tinycloud.sql/admin', ['do everything']],
  ['tinycloud.sql/*', ['do everything']],
  ['tinycloud.capabilities/read', SEE_RIGHTS],
  ['tinycloud.delegation/list', SEE_RIGHTS],
  ['tinycloud.space/host', ['host']],
  ['tinycloud.encryption/network.create', ['create']],
  ['tinycloud.encryption/decrypt', ['decrypt']],
]);

/**
 * The verbs of a pair, undefined where the resource does not parse or the ability is not known for
 * its service.
 */
export function verbsOf({ parsed, ability }: RightPair): readonly Verb[] | undefined {
  const service = parsed?.kind === 'network' ? 'encryption' : parsed?.service;
  return ability.startsWith(`tinycloud.${service ?? ''}/`) ? BY_ABILITY.get(ability) : undefined;
}

/**
 * The verbs of several pairs over one thing: each once, in order. Reading a file includes seeing
 * its name, size and type.
 */
export function mergeVerbs(verbs: Iterable<Verb>): readonly Verb[] {
  const found = new Set(verbs);
  const all = found.has('do everything');
  const implied: ReadonlySet<Verb> = new Set(
    all
      ? ['read', 'add', 'change', 'delete', 'lay out']
      : found.has('read')
        ? ['see names', 'see size and type']
        : [],
  );
  return VERBS.filter((verb) => found.has(verb) && !implied.has(verb));
}
