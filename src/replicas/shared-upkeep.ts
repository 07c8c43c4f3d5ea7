/** Joins the replicas of a shared store, and does the work that one of them must do. */
import type { SealedDocuments } from '../accounts/sealed-documents.js';
import { hex } from '../protocol/bytes.js';
import { Replicas } from './replicas.js';

const EVERY_MS = 30_000;

type Around = {
  readonly clock: () => number;
  readonly randomBytes: (length: number) => Uint8Array;
};

/**
 * Announces this process as a replica with a random id. `onOlderStore` is called when the store is
 * older than this replica has seen. Rejects ERR_STORE_UNAVAILABLE.
 */
export async function joinReplicas(
  documents: SealedDocuments,
  { clock, randomBytes }: Around,
  bootStatementHash: string,
  onOlderStore: (id: string) => Promise<void>,
): Promise<Replicas> {
  const id = hex(randomBytes(16));
  const self = { bootStatementHash };
  const replicas = new Replicas(documents, clock, id, self, () => onOlderStore(id));
  await replicas.start();
  return replicas;
}

/**
 * Repeats work on the shared store: what a replica that died has left, and what has expired. Only
 * the first of the replicas that are alive does it. Repeating the work has no further effect, so
 * two replicas may do it at once.
 */
export class SharedUpkeep {
  readonly #replicas: Replicas;
  readonly #tasks: readonly (() => Promise<void>)[];
  readonly #timer: NodeJS.Timeout;
  #working: Promise<void> = Promise.resolve();

  constructor(replicas: Replicas, tasks: readonly (() => Promise<void>)[]) {
    this.#replicas = replicas;
    this.#tasks = tasks;
    this.#timer = setInterval(() => {
      this.#working = this.#working.then(() => this.#work()).catch(() => undefined);
    }, EVERY_MS).unref();
  }

  /** Ends the work, and then the announcements of this replica. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#working;
    await this.#replicas.stop();
  }

  async #work(): Promise<void> {
    if (!(await this.#replicas.isFirst())) return;
    for (const task of this.#tasks) await task();
  }
}
