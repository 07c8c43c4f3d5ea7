/** What is stored: in the files of a directory and the journal above them, or in a database. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { PostgresServer } from '../../scripts/local/postgres-server.js';
import { decodeJournalLine } from '../../src/adapters/json-store/journal-line.js';
import type { StoreFiles } from '../../src/adapters/json-store/store-files.js';
import { nodeStoreFiles } from '../../src/adapters/json-store/node-store-files.js';

/** A sealed document as it is stored, with its sealed bytes as base64url. */
export type Stored = { readonly generation: number; readonly sealed: string };

/** Returns every document by its kind and id, as `kind/id`. */
export async function storedDocuments(dataDir: string): Promise<ReadonlyMap<string, Stored>> {
  const found = new Map<string, Stored>();
  const names = await readdir(dataDir, { recursive: true });
  for (const name of names.filter((each) => each.endsWith('.json'))) {
    const [kind = '', , file = ''] = name.split('/');
    const stored = JSON.parse(await readFile(join(dataDir, name), 'utf8')) as Stored;
    found.set(`${kind}/${file.slice(0, -'.json'.length)}`, stored);
  }
  for (const change of await journalOf(dataDir, names)) {
    if (change[0] === 'put') {
      found.set(`${change[1]}/${change[2]}`, { generation: change[3], sealed: change[4] });
    }
    if (change[0] === 'remove') found.delete(`${change[1]}/${change[2]}`);
  }
  return found;
}

async function journalOf(dataDir: string, names: readonly string[]) {
  const files = names.filter((each) => each.startsWith('journal/')).toSorted();
  const texts = await Promise.all(files.map((name) => readFile(join(dataDir, name), 'utf8')));
  return texts.flatMap((text) => text.split('\n').flatMap((line) => decodeJournalLine(line) ?? []));
}

/** Returns the bytes of every file of a directory by its path. */
export async function filesOf(directory: string): Promise<ReadonlyMap<string, Buffer>> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  const paths = entries
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name));
  const found = paths.map(async (path) => [path, await readFile(path)] as const);
  return new Map(await Promise.all(found));
}

const databaseOf = (url: string): string => url.slice(url.lastIndexOf('/') + 1);

/** Returns the sealed bytes of every row of a database by its place. */
export async function rowsOf(
  server: PostgresServer,
  url: string,
): Promise<ReadonlyMap<string, Buffer>> {
  const rows = await server.query(
    databaseOf(url),
    `SELECT 'document/' || kind || '/' || id AS place, sealed FROM document
UNION ALL SELECT 'log/' || log || '/' || number, sealed FROM log_entry`,
  );
  return new Map(
    rows.map(({ place, sealed }) => [String(place), Buffer.from(sealed as Uint8Array)]),
  );
}

/** Returns every document of a database, as `storedDocuments` does. */
export async function storedInDatabase(
  server: PostgresServer,
  url: string,
): Promise<ReadonlyMap<string, Stored>> {
  const rows = await server.query(
    databaseOf(url),
    'SELECT kind, id, generation, sealed FROM document',
  );
  return new Map(
    rows.map(({ kind, id, generation, sealed }) => [
      `${String(kind)}/${String(id)}`,
      {
        generation: Number(generation),
        sealed: Buffer.from(sealed as Uint8Array).toString('base64url'),
      },
    ]),
  );
}

/**
 * The file operations of this machine, of which writes fail if `refuses` returns true for a text.
 */
export function refusingFiles(refuses: (text: string) => boolean): StoreFiles {
  const opened = async (open: ReturnType<StoreFiles['append']>) => {
    const file = await open;
    return {
      ...file,
      write: async (text: string): Promise<void> => {
        if (refuses(text)) throw new Error('This write fails.');
        await file.write(text);
      },
    };
  };
  return {
    ...nodeStoreFiles,
    append: (path) => opened(nodeStoreFiles.append(path)),
    create: (path) => opened(nodeStoreFiles.create(path)),
  };
}
