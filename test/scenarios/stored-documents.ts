/** What a data directory contains, in files and in the journal above them. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
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

/** The ids of the documents of a kind. */
export async function storedIds(dataDir: string, kind: string): Promise<readonly string[]> {
  const keys = [...(await storedDocuments(dataDir)).keys()];
  return keys.flatMap((key) => (key.startsWith(`${kind}/`) ? [key.slice(kind.length + 1)] : []));
}

/** The file operations of this machine, of which writes fail if `refuses` returns true for a text. */
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
