/**
 * The file operations of the JSON store. PORT, so that tests can end the process or lose power at
 * every single write, sync and rename.
 *
 * A write is durable after `sync` of its file. The name of a file or directory is durable after
 * `syncDirectory` of the directory that contains it.
 */

/**
 * A file that is open for writing. Of a file that was opened with `append`, each write begins at
 * the end; of a file that was opened with `create`, where the write before it ended.
 */
export type OpenFile = {
  write(text: string): Promise<void>;
  /** Makes what was written durable. */
  sync(): Promise<void>;
  /** Cuts the file to a length in bytes. */
  truncate(length: number): Promise<void>;
  close(): Promise<void>;
};

/** The file operations. Paths are absolute. All operations reject with the error of the system. */
export type StoreFiles = {
  /** Returns undefined if there is no such file. */
  readText(path: string): Promise<string | undefined>;
  /** Returns the names in a directory, or none if there is no such directory. */
  list(path: string): Promise<readonly string[]>;
  /** Opens a file to append to it, or creates an empty one. Mode 0600. */
  append(path: string): Promise<OpenFile>;
  /** Opens an empty file, in place of any file with this name. Mode 0600. */
  create(path: string): Promise<OpenFile>;
  rename(from: string, to: string): Promise<void>;
  /** Removes a file, or does nothing if there is none. */
  remove(path: string): Promise<void>;
  /** Removes a directory without contents, or does nothing if it has contents or does not exist. */
  removeDirectory(path: string): Promise<void>;
  /** Creates a directory, or does nothing if it exists. Mode 0700. */
  makeDirectory(path: string): Promise<void>;
  syncDirectory(path: string): Promise<void>;
};

const parentOf = (path: string): string => path.slice(0, path.lastIndexOf('/'));

/**
 * Writes a file atomically: after a crash, it has its old or its new contents. The new ones are
 * durable once the directory is synced. Only one write of a path may be under way.
 */
async function renewFile(files: StoreFiles, path: string, text: string): Promise<void> {
  const temporary = `${path}.new`;
  const file = await files.create(temporary);
  try {
    await file.write(text);
    await file.sync();
  } finally {
    await file.close();
  }
  await files.rename(temporary, path);
}

/** Writes a file atomically and durably. Only one write of a path may be under way. */
export async function replaceFile(files: StoreFiles, path: string, text: string): Promise<void> {
  await renewFile(files, path, text);
  await files.syncDirectory(parentOf(path));
}

/** Removes a file durably. */
export async function removeFile(files: StoreFiles, path: string): Promise<void> {
  await files.remove(path);
  await files.syncDirectory(parentOf(path));
}

/** The number of directories that are remembered as durable. */
const MOST_REMEMBERED = 65_536;

/**
 * The directories of documents and logs: creates them durably, and syncs them after changes of
 * their files. One sync makes all changes of a directory durable, however many files they concern.
 */
export class DurableDirectories {
  readonly #files: StoreFiles;
  readonly #root: string;
  readonly #known = new Set<string>();
  readonly #changed = new Set<string>();

  /** The root must exist. */
  constructor(files: StoreFiles, root: string) {
    this.#files = files;
    this.#root = root;
  }

  /** Creates the directory with these names below the root and returns its path. */
  async make(...names: readonly string[]): Promise<string> {
    let path = this.#root;
    for (const name of names) {
      const parent = path;
      path = `${parent}/${name}`;
      if (this.#known.has(path)) continue;
      // A directory that exists may have been created just before a crash, so it is synced as well.
      await this.#files.makeDirectory(path);
      await this.#files.syncDirectory(parent);
      if (this.#known.size >= MOST_REMEMBERED) this.#known.clear();
      this.#known.add(path);
    }
    return path;
  }

  /** Writes a file in a directory that exists. It is durable after `syncChanged`. */
  async replaceFile(path: string, text: string): Promise<void> {
    await renewFile(this.#files, path, text);
    this.#changed.add(parentOf(path));
  }

  /** Removes a file. This is durable after `syncChanged`. */
  async removeFile(path: string): Promise<void> {
    await this.#files.remove(path);
    this.#changed.add(parentOf(path));
  }

  /** Removes a directory whose files were removed, after making that durable. */
  async remove(path: string): Promise<void> {
    await this.#sync(path);
    this.#known.delete(path);
    await this.#files.removeDirectory(path);
  }

  /** Makes all changes so far durable. What it could not sync is synced by the next call. */
  async syncChanged(): Promise<void> {
    for (const path of this.#changed) await this.#sync(path);
  }

  async #sync(path: string): Promise<void> {
    if (!this.#changed.has(path)) return;
    await this.#files.syncDirectory(path);
    this.#changed.delete(path);
  }
}
