/**
 * The file operations of the JSON store in memory, with a process that can be killed and a machine
 * that can lose power at any operation.
 *
 * A kill keeps everything that was written. A power failure keeps what was synced and, of the rest,
 * what the disk happened to have written: nothing, or parts that a seed chooses.
 */
import { createRandom } from '../../scripts/soak/seeded-random.js';
import type { OpenFile, StoreFiles } from '../../src/adapters/json-store/store-files.js';

export type Crash = 'kill' | 'power' | 'power, some written';

type FileNode = { text: string; durableText: string };

const parentOf = (path: string): string => path.slice(0, path.lastIndexOf('/'));

export class CrashingFiles implements StoreFiles {
  readonly #files = new Map<string, FileNode>();
  readonly #directories = new Set<string>();
  readonly #durableFiles = new Map<string, FileNode>();
  readonly #durableDirectories = new Set<string>();
  #isDead = false;
  #crashAt = Number.POSITIVE_INFINITY;
  /** The number of operations so far that change anything. */
  operations = 0;
  /** The number of bytes that were written. */
  writtenBytes = 0;
  /** While this is set, writes store only a part and fail, as on a full disk. */
  isFull = false;
  /** While this is set, files cannot be cut, so a failed write leaves a part behind. */
  cutFails = false;
  /** The names of the operations so far. */
  readonly log: string[] = [];

  constructor(root: string) {
    this.#directories.add(root);
    this.#durableDirectories.add(root);
  }

  /** Ends the process at an operation, counted from 1. A write is then half done. */
  crashAt(operation: number): void {
    this.#crashAt = operation;
  }

  get isDead(): boolean {
    return this.#isDead;
  }

  /** Returns the files that the next process finds. */
  after(crash: Crash, seed: number): CrashingFiles {
    const next = new CrashingFiles('');
    const random = createRandom(seed);
    const isKept = (): boolean => crash === 'power, some written' && random() < 0.5;
    const paths = new Set([...this.#files.keys(), ...this.#durableFiles.keys()]);
    for (const path of new Set([...this.#directories, ...this.#durableDirectories])) {
      const isThere = this.#directories.has(path);
      // A directory that was created or removed since the last sync is there, or it is not.
      const isCertain = crash === 'kill' || isThere === this.#durableDirectories.has(path);
      if (isCertain || isKept() ? isThere : !isThere) next.#directories.add(path);
    }
    for (const path of paths) {
      const node =
        crash === 'kill' || isKept() ? this.#files.get(path) : this.#durableFiles.get(path);
      if (node === undefined || !next.#directories.has(parentOf(path))) continue;
      const text = crash === 'kill' ? node.text : survivingText(node, isKept, random);
      next.#files.set(path, { text, durableText: text });
    }
    for (const path of next.#directories) next.#durableDirectories.add(path);
    for (const [path, node] of next.#files) next.#durableFiles.set(path, node);
    return next;
  }

  async readText(path: string): Promise<string | undefined> {
    this.#requireAlive();
    return this.#files.get(path)?.text;
  }

  async list(path: string): Promise<readonly string[]> {
    this.#requireAlive();
    return [...this.#files.keys(), ...this.#directories]
      .filter((each) => parentOf(each) === path)
      .map((each) => each.slice(path.length + 1));
  }

  async append(path: string): Promise<OpenFile> {
    await this.#operation(`open ${path}`);
    this.#requireParent(path);
    const node = this.#files.get(path) ?? { text: '', durableText: '' };
    this.#files.set(path, node);
    return this.#opened(path, node, 'end');
  }

  async create(path: string): Promise<OpenFile> {
    await this.#operation(`create ${path}`);
    this.#requireParent(path);
    const node = { text: '', durableText: '' };
    this.#files.set(path, node);
    return this.#opened(path, node, 'position');
  }

  async rename(from: string, to: string): Promise<void> {
    await this.#operation(`rename ${to}`);
    const node = this.#files.get(from);
    if (node === undefined) throw new Error(`ENOENT ${from}`);
    this.#files.delete(from);
    this.#files.set(to, node);
  }

  async remove(path: string): Promise<void> {
    await this.#operation(`remove ${path}`);
    this.#files.delete(path);
  }

  async removeDirectory(path: string): Promise<void> {
    await this.#operation(`remove directory ${path}`);
    if ((await this.list(path)).length === 0) this.#directories.delete(path);
  }

  async makeDirectory(path: string): Promise<void> {
    await this.#operation(`make directory ${path}`);
    this.#requireParent(path);
    this.#directories.add(path);
  }

  async syncDirectory(path: string): Promise<void> {
    await this.#operation(`sync directory ${path}`);
    if (!this.#directories.has(path)) throw new Error(`ENOENT ${path}`);
    const isIn = (each: string): boolean => parentOf(each) === path;
    for (const each of this.#durableFiles.keys()) if (isIn(each)) this.#durableFiles.delete(each);
    for (const [each, node] of this.#files) if (isIn(each)) this.#durableFiles.set(each, node);
    for (const each of this.#durableDirectories) {
      if (isIn(each) && !this.#directories.has(each)) this.#durableDirectories.delete(each);
    }
    for (const each of this.#directories) if (isIn(each)) this.#durableDirectories.add(each);
  }

  #opened(path: string, node: FileNode, writesAt: 'end' | 'position'): OpenFile {
    let position = 0;
    /** A write beyond the end leaves a gap of zeros, as on Linux. */
    const add = (text: string): void => {
      if (writesAt === 'position') node.text = node.text.padEnd(position, '\0');
      node.text += text;
      position += text.length;
    };
    return {
      write: async (text) => {
        const half = text.slice(0, Math.ceil(text.length / 2));
        await this.#operation(`write ${path}`, () => add(half));
        add(this.isFull ? half : text);
        this.writtenBytes += text.length;
        if (this.isFull) throw Object.assign(new Error('The disk is full.'), { code: 'ENOSPC' });
      },
      sync: async () => {
        await this.#operation(`sync ${path}`);
        node.durableText = node.text;
      },
      truncate: async (length) => {
        await this.#operation(`truncate ${path}`);
        if (this.cutFails) throw new Error('EIO');
        node.text = node.text.slice(0, length);
      },
      close: async () => this.#requireAlive(),
    };
  }

  async #operation(name: string, onCrash: () => void = () => undefined): Promise<void> {
    this.#requireAlive();
    this.operations += 1;
    this.log.push(name);
    if (this.operations < this.#crashAt) return;
    onCrash();
    this.#isDead = true;
    this.#requireAlive();
  }

  #requireAlive(): void {
    if (this.#isDead) throw new Error('The process was killed.');
  }

  #requireParent(path: string): void {
    if (!this.#directories.has(parentOf(path))) throw new Error(`ENOENT ${path}`);
  }
}

/** Returns the synced text, or a text with a part of what was appended since. */
function survivingText(node: FileNode, isKept: () => boolean, random: () => number): string {
  const { text, durableText } = node;
  if (!text.startsWith(durableText)) return isKept() ? text : durableText;
  const added = text.length - durableText.length;
  return isKept() ? text.slice(0, durableText.length + Math.ceil(random() * added)) : durableText;
}
