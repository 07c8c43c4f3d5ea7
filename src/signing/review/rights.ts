import type { Statement } from '../../api/reviews.js';
import type { PlainReviewMessage, ReviewWords } from '../../languages/review-words.js';

/** What an ability lets its holder do. */
export type RightKind = Statement['kind'];

/** A kind of right, its severity, and the sentence that explains it. */
export type Right = {
  readonly kind: RightKind;
  readonly severity: Statement['severity'];
  readonly describe: (words: ReviewWords, place: string, abilities: readonly string[]) => string;
};

const right = (
  kind: RightKind,
  severity: Right['severity'],
  describe: Right['describe'],
): Right => ({ kind, severity, describe });

const nameOf = (ability: string): string => ability.slice(ability.indexOf('/') + 1);

const KV_READS: ReadonlyMap<string, PlainReviewMessage> = new Map<string, PlainReviewMessage>([
  ['get', 'read the contents'],
  ['list', 'list the keys'],
  ['metadata', 'see size and type'],
]);

const readsOf = ({ say, list }: ReviewWords, abilities: readonly string[]): string =>
  list(
    abilities.map(nameOf).map((name) => {
      const message = KV_READS.get(name);
      return message === undefined ? name : say(message);
    }),
  );

/** Returns the text with its first letter in upper case. */
export const capitalize = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

const kvDelete = right('delete', 'danger', ({ say }, place) =>
  say('Delete anything in {place}.', { place }),
);
const kvRead = right('read', 'normal', (words, place, abilities) =>
  words.say('{reads} of anything in {place}.', {
    reads: capitalize(readsOf(words, abilities)),
    place,
  }),
);
const sqlRead = right('read', 'normal', ({ say }, place) =>
  say('Read the tables of {place}.', { place }),
);
const sqlWrite = right('delete', 'danger', ({ say }, place) =>
  say('Add, change and delete rows, and create, change and drop tables, in {place}.', { place }),
);
const sqlSchema = right('delete', 'danger', ({ say }, place) =>
  say('Create, change and drop tables in {place}.', { place }),
);
const sqlAll = right('delete', 'danger', ({ say }, place) =>
  say('Do everything with the tables of {place}: read, change, delete, administer.', { place }),
);

/** The known rights, by ability. */
export const RIGHTS: ReadonlyMap<string, Right> = new Map([
  ['tinycloud.kv/del', kvDelete],
  ['tinycloud.kv/delete', kvDelete],
  [
    'tinycloud.kv/put',
    right('write', 'caution', ({ say }, place) =>
      say('Add and overwrite entries in {place}.', { place }),
    ),
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
    right('inspect', 'normal', ({ say }, place) =>
      say('See which rights others hold over {place}.', { place }),
    ),
  ],
  [
    'tinycloud.delegation/list',
    right('list-grants', 'normal', ({ say }, place) =>
      say('List the rights that were given in {place}.', { place }),
    ),
  ],
  [
    'tinycloud.space/host',
    right('host', 'danger', ({ say }, place) =>
      say('Decide which node hosts {place}. This does not end.', { place }),
    ),
  ],
  [
    'tinycloud.encryption/network.create',
    right('create-network', 'caution', ({ say }, place) => say('Create {place}.', { place })),
  ],
  [
    'tinycloud.encryption/decrypt',
    right('decrypt', 'danger', ({ say }, place) =>
      say('Decrypt whatever is encrypted for {place}.', { place }),
    ),
  ],
]);

/** The right for an ability that this service does not know. The ability is shown as it is. */
export const UNKNOWN_RIGHT = right('unknown', 'danger', ({ say }, place, abilities) =>
  say('An unknown right: {abilities} over {place}.', {
    abilities: abilities.map((ability) => `"${ability}"`).join(', '),
    place,
  }),
);
