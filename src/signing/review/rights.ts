import type { Statement } from '../../api/reviews.js';

/** What an ability lets its holder do. */
export type RightKind = Statement['kind'];

/** A kind of right, its severity, and the sentence that explains it. */
export type Right = {
  readonly kind: RightKind;
  readonly severity: Statement['severity'];
  readonly words: (place: string, abilities: readonly string[]) => string;
};

const right = (
  kind: RightKind,
  severity: Right['severity'],
  words: (place: string, abilities: readonly string[]) => string,
): Right => ({ kind, severity, words });

const nameOf = (ability: string): string => ability.slice(ability.indexOf('/') + 1);

const KV_READS: Readonly<Record<string, string>> = {
  get: 'read the contents',
  list: 'list the keys',
  metadata: 'see size and type',
};

function readsOf(abilities: readonly string[]): string {
  const words = abilities.map((ability) => KV_READS[nameOf(ability)] ?? nameOf(ability));
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
}

/** Returns the text with its first letter in upper case. */
export const capitalize = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

const kvDelete = right('delete', 'danger', (place) => `Delete anything in ${place}.`);
const kvRead = right(
  'read',
  'normal',
  (place, abilities) => `${capitalize(readsOf(abilities))} of anything in ${place}.`,
);
const sqlRead = right('read', 'normal', (place) => `Read the tables of ${place}.`);
const sqlWrite = right(
  'delete',
  'danger',
  (place) => `Add, change and delete rows, and create, change and drop tables, in ${place}.`,
);
const sqlSchema = right(
  'delete',
  'danger',
  (place) => `Create, change and drop tables in ${place}.`,
);
const sqlAll = right(
  'delete',
  'danger',
  (place) => `Do everything with the tables of ${place}: read, change, delete, administer.`,
);

/** The known rights, by ability. */
export const RIGHTS: ReadonlyMap<string, Right> = new Map([
  ['tinycloud.kv/del', kvDelete],
  ['tinycloud.kv/delete', kvDelete],
  [
    'tinycloud.kv/put',
    right('write', 'caution', (place) => `Add and overwrite entries in ${place}.`),
  ],
  ['tinycloud.kv/get', kvRead],
  ['tinycloud.kv/list', kvRead],
  ['tinycloud.kv/metadata', kvRead],
  ['tinycloud.sql/read', sqlRead],
  ['tinycloud.sql/select', sqlRead],
  ['tinycloud.sql/write', sqlWrite],
  ['tinycloud.sql/schema', sqlSchema],
  ['tinycloud.sql/admin', sqlAll],
  ['tinycloud.sql/*', sqlAll],
  [
    'tinycloud.capabilities/read',
    right('inspect', 'normal', (place) => `See which rights others hold over ${place}.`),
  ],
  [
    'tinycloud.delegation/list',
    right('list-grants', 'normal', (place) => `List the rights that were given in ${place}.`),
  ],
  [
    'tinycloud.space/host',
    right('host', 'danger', (place) => `Decide which node hosts ${place}. This does not end.`),
  ],
  [
    'tinycloud.encryption/network.create',
    right('create-network', 'caution', (place) => `Create ${place}.`),
  ],
  [
    'tinycloud.encryption/decrypt',
    right('decrypt', 'danger', (place) => `Decrypt whatever is encrypted for ${place}.`),
  ],
]);

/** The right for an ability that this service does not know. The ability is shown as it is. */
export const UNKNOWN_RIGHT = right(
  'unknown',
  'danger',
  (place, abilities) =>
    `An unknown right: ${abilities.map((ability) => `"${ability}"`).join(', ')} over ${place}.`,
);
