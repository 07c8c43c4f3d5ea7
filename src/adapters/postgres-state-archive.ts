/** The contents of a PostgreSQL store, as the archive that moves them. */
import {
  type ArchiveItem,
  describeItem,
  isSameItem,
  type StateArchive,
} from '../accounts/state-archive.js';
import { ServiceError } from '../errors.js';
import { Database } from './postgres-store/database.js';
import { parseDatabaseUrl } from './postgres-store/database-url.js';
import { migrate } from './postgres-store/migrations.js';
import {
  DOCUMENTS_AFTER,
  ENTRIES_AFTER,
  FIND,
  READ_LOG,
  RESTORE_DOCUMENT,
  RESTORE_ENTRY,
} from './postgres-store/statements.js';

const PAGE = 500;

type Row = Readonly<Record<string, unknown>>;

const bytesOf = ({ sealed }: Row): Uint8Array => {
  if (!(sealed instanceof Uint8Array)) throw new ServiceError('ERR_STATE_TAMPERED');
  return new Uint8Array(sealed);
};

const documentOf = (row: Row): Extract<ArchiveItem, { readonly type: 'document' }> => ({
  type: 'document',
  kind: String(row['kind']),
  id: String(row['id']),
  generation: Number(row['generation']),
  sealed: bytesOf(row),
});

const entryOf = (row: Row): Extract<ArchiveItem, { readonly type: 'entry' }> => ({
  type: 'entry',
  log: String(row['log']),
  number: Number(row['number']),
  sealed: bytesOf(row),
});

async function* documentsIn(database: Database): AsyncIterable<ArchiveItem> {
  let [kind, id] = ['', ''];
  for (;;) {
    const { rows } = await database.read(DOCUMENTS_AFTER, [kind, id, PAGE]);
    for (const row of rows) {
      const item = documentOf(row);
      ({ kind, id } = item);
      yield item;
    }
    if (rows.length < PAGE) return;
  }
}

async function* entriesIn(database: Database): AsyncIterable<ArchiveItem> {
  let [log, number] = ['', 0];
  for (;;) {
    const { rows } = await database.read(ENTRIES_AFTER, [log, number, PAGE]);
    for (const row of rows) {
      const item = entryOf(row);
      ({ log, number } = item);
      yield item;
    }
    if (rows.length < PAGE) return;
  }
}

/**
 * Opens the contents of a database, and creates its tables if it is empty. Rejects like the store.
 */
export async function openPostgresStateArchive(url: string): Promise<StateArchive> {
  const database = new Database(parseDatabaseUrl(url));
  try {
    await migrate(database);
  } catch (error) {
    await database.close();
    throw error;
  }

  async function find(item: ArchiveItem): Promise<ArchiveItem | undefined> {
    if (item.type === 'document') {
      const { kind, id } = item;
      const [row] = (await database.read(FIND, [kind, id])).rows;
      return row && documentOf({ ...row, kind, id });
    }
    const { log, number } = item;
    const [row] = (await database.read(READ_LOG, [log, number, number + 1])).rows;
    return row && entryOf({ ...row, log });
  }

  return {
    items: async function* () {
      yield* documentsIn(database);
      yield* entriesIn(database);
    },
    find,
    restore: async (items) => {
      const kept = await database.transaction(async (execute) => {
        const present: ArchiveItem[] = [];
        for (const item of items) {
          const { count } =
            item.type === 'document'
              ? await execute(RESTORE_DOCUMENT, [item.kind, item.id, item.generation, item.sealed])
              : await execute(RESTORE_ENTRY, [item.log, item.number, item.sealed]);
          if (count === 0) present.push(item);
        }
        return present;
      });
      for (const item of kept) {
        if (isSameItem(item, await find(item))) continue;
        throw new ServiceError('ERR_STORE_CONFLICT', { detail: { reason: describeItem(item) } });
      }
    },
    close: () => database.close(),
  };
}
