/**
 * The replicas that use a shared store at the same time.
 *
 * Each replica owns one document, which it writes again every BEAT_MS. It never contains a time: a
 * replica counts as alive if the generation of its document has changed within TTL_MS of the
 * observer's own clock, so clocks that differ have no effect. A document that is seen for the first
 * time counts as alive for that long.
 *
 * A replica may be wrong about another one, for example because a machine was paused. What must
 * happen once is therefore protected by the generation of its own document, and this only decides
 * who tries.
 *
 * | event                     | effect                                                     |
 * | ------------------------- | ---------------------------------------------------------- |
 * | a replica stops           | it removes its document, and others take its runs at once  |
 * | a replica is killed       | others take its runs after TTL_MS and remove its document  |
 * | the database is away      | nobody can write, and every replica beats again afterwards |
 * | the store becomes older   | every replica notices it with its next beat                |
 *
 * A store that was restored has an older document of this replica or, if the replica started later,
 * an older marker: each start writes the marker again.
 */
import { z } from 'zod';
import { sealedCodec } from '../accounts/sealed-codec.js';
import type { SealedDocuments } from '../accounts/sealed-documents.js';
import { MARKER } from '../accounts/store-marker.js';
import { errorCodeOf } from '../errors.js';
import { type TypedDocuments, typedDocuments } from '../accounts/typed-documents.js';

const BEAT_MS = 2_000;
/** How long a replica that does not write counts as alive. */
export const TTL_MS = 10_000;

const replica = z.strictObject({
  /** The name of the boot document that receipts of this replica refer to. */
  bootStatementHash: z.string(),
});
type Replica = z.infer<typeof replica>;

/** The codec of a replica. Its id is random for each start. */
export const replicaCodec = sealedCodec<Replica>('replica', replica);

/** Returns the names of the boot documents that replicas may still refer to. */
export async function bootDocumentsInUse(documents: SealedDocuments): Promise<ReadonlySet<string>> {
  const stored = typedDocuments(documents, replicaCodec);
  const names = new Set<string>();
  for await (const id of stored.list()) {
    const found = await stored.find(id);
    if (found !== undefined) names.add(found.value.bootStatementHash);
  }
  return names;
}

type Seen = { readonly generation: number; readonly atMs: number };

/** This replica, and what it knows about the others. */
export class Replicas {
  readonly id: string;
  readonly #documents: SealedDocuments;
  readonly #stored: TypedDocuments<Replica>;
  readonly #self: Replica;
  readonly #clock: () => number;
  readonly #seen = new Map<string, Seen>();
  readonly #onOlderStore: () => Promise<void>;
  /** The newest generations that this replica has seen of the marker and of its own document. */
  #newest = { marker: 0, own: 0 };
  #timer: NodeJS.Timeout | undefined;
  #beating: Promise<void> | undefined;

  /** `onOlderStore` is called when the store is older than this replica has seen. */
  constructor(
    documents: SealedDocuments,
    clock: () => number,
    id: string,
    self: Replica,
    onOlderStore: () => Promise<void> = async () => undefined,
  ) {
    this.id = id;
    this.#documents = documents;
    this.#stored = typedDocuments(documents, replicaCodec);
    this.#self = self;
    this.#clock = clock;
    this.#onOlderStore = onOlderStore;
  }

  /** Announces this replica, and keeps doing so. Rejects ERR_STORE_UNAVAILABLE. */
  async start(): Promise<void> {
    await this.#beat();
    this.#timer = setInterval(() => {
      // Never two at once, because one would take what the other writes for a newer past. A beat
      // that fails is repeated by the next one.
      this.#beating ??= this.#beat()
        .catch(() => undefined)
        .finally(() => {
          this.#beating = undefined;
        });
    }, BEAT_MS).unref();
  }

  /** Ends the announcements, so that others take over at once. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#beating;
    await this.#stored.remove(this.id).catch(() => undefined);
  }

  /** Returns whether a replica may still be at work. */
  async isAlive(id: string): Promise<boolean> {
    if (id === this.id) return true;
    const generation = await this.#documents.generationOf(replicaCodec.kind, id);
    if (generation === 0) {
      this.#seen.delete(id);
      return false;
    }
    const seen = this.#seen.get(id);
    const nowMs = this.#clock();
    if (seen?.generation === generation) return nowMs - seen.atMs < TTL_MS;
    this.#seen.set(id, { generation, atMs: nowMs });
    return true;
  }

  /**
   * Returns whether this replica is the first of those that are alive, and therefore does what one
   * of them must do. Removes the documents of the others that are not alive.
   */
  async isFirst(): Promise<boolean> {
    let first: string | undefined;
    for await (const id of this.#stored.list()) {
      if (await this.isAlive(id)) first ??= id;
      else await this.#stored.remove(id);
    }
    return first === this.id;
  }

  async #beat(): Promise<void> {
    const marker = await this.#markerGeneration();
    const own = await this.#documents.generationOf(replicaCodec.kind, this.id);
    const newest = this.#newest;
    // Another replica may have removed the document of this one, so its absence says nothing.
    if (marker < newest.marker || (own > 0 && own < newest.own)) return this.#onOlderStore();
    this.#newest = { marker, own: await this.#stored.commit(this.id, own, this.#self) };
  }

  /** Returns the generation of the marker, or 0 if it is older than this process remembers. */
  async #markerGeneration(): Promise<number> {
    try {
      return await this.#documents.generationOf(MARKER.kind, MARKER.id);
    } catch (error) {
      if (errorCodeOf(error) === 'ERR_STATE_TAMPERED') return 0;
      throw error;
    }
  }
}
