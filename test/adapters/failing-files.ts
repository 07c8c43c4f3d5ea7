/** The file operations of this machine, of which one kind fails with an error of the system. */
import type { OpenFile, StoreFiles } from '../../src/adapters/json-store/store-files.js';
import { nodeStoreFiles } from '../../src/adapters/json-store/node-store-files.js';

export type FileOperation = 'open' | 'write' | 'sync' | 'rename' | 'syncDirectory' | 'readText';

export class FailingFiles implements StoreFiles {
  #failing: { readonly operation: FileOperation; readonly code: string } | undefined;

  /** From now on, this operation fails. Without arguments, none does. */
  fail(operation?: FileOperation, code = ''): void {
    this.#failing = operation && { operation, code };
  }

  #pass(operation: FileOperation): void {
    if (this.#failing?.operation !== operation) return;
    const { code } = this.#failing;
    throw Object.assign(new Error(`${operation} failed`), { code });
  }

  #opened(file: OpenFile): OpenFile {
    return {
      write: async (text) => {
        this.#pass('write');
        await file.write(text);
      },
      sync: async () => {
        this.#pass('sync');
        await file.sync();
      },
      truncate: (length) => file.truncate(length),
      close: () => file.close(),
    };
  }

  async readText(path: string): Promise<string | undefined> {
    this.#pass('readText');
    return nodeStoreFiles.readText(path);
  }

  list(path: string): Promise<readonly string[]> {
    return nodeStoreFiles.list(path);
  }

  async append(path: string): Promise<OpenFile> {
    this.#pass('open');
    return this.#opened(await nodeStoreFiles.append(path));
  }

  async create(path: string): Promise<OpenFile> {
    this.#pass('open');
    return this.#opened(await nodeStoreFiles.create(path));
  }

  async rename(from: string, to: string): Promise<void> {
    this.#pass('rename');
    await nodeStoreFiles.rename(from, to);
  }

  remove(path: string): Promise<void> {
    return nodeStoreFiles.remove(path);
  }

  removeDirectory(path: string): Promise<void> {
    return nodeStoreFiles.removeDirectory(path);
  }

  makeDirectory(path: string): Promise<void> {
    return nodeStoreFiles.makeDirectory(path);
  }

  async syncDirectory(path: string): Promise<void> {
    this.#pass('syncDirectory');
    await nodeStoreFiles.syncDirectory(path);
  }
}
