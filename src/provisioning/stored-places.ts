/**
 * The places of a node that are taken, in one sealed document, so that a restarted process and
 * other replicas know them. Each change is a compare-and-swap: of two replicas that take the last
 * place, one succeeds. Changes that arrive together are one commit.
 *
 * The document has times of the wall clock. While a process is alone, it measures the age of a
 * place with a clock that is never set. What it reads from the document counts as taken now at the
 * earliest, and never as older than the document says.
 */
import { z } from 'zod';
import { sealedCodec } from '../accounts/sealed-codec.js';
import type { SealedDocuments } from '../accounts/sealed-documents.js';
import { type TypedDocuments, typedDocuments } from '../accounts/typed-documents.js';
import type { OwnClocks } from '../bootstrap/node-clock.js';
import { storedTimeMs } from '../bootstrap/stored-run.js';
import { errorCodeOf } from '../errors.js';
import type { Slot } from './place-slots.js';

const storedSlot = z.strictObject({ atMs: storedTimeMs, count: z.number().int().positive() });

const storedPlaces = z.strictObject({ version: z.literal(1), slots: z.array(storedSlot) });

/** The codec of the places of a node. The id of the document is a hash of the node's origin. */
export const nodePlacesCodec = sealedCodec('node-places', storedPlaces);

/** Returns the slots after a change, or undefined to leave them as they are. */
export type PlaceChange = (slots: readonly Slot[]) => readonly Slot[] | undefined;

type Waiting = {
  readonly change: PlaceChange;
  readonly resolve: (isChanged: boolean) => void;
  readonly reject: (error: unknown) => void;
};

/** How often a commit is repeated that another replica was quicker than. */
const ATTEMPTS = 20;

/** The document of one node. */
export class StoredPlaces {
  readonly #documents: TypedDocuments<z.infer<typeof storedPlaces>>;
  readonly #id: string;
  readonly #clocks: OwnClocks;
  readonly #waiting: Waiting[] = [];
  #isWorking = false;
  #generation: number | undefined;
  #slots: readonly Slot[] = [];

  constructor(documents: SealedDocuments, id: string, clocks: OwnClocks) {
    this.#documents = typedDocuments(documents, nodePlacesCodec);
    this.#id = id;
    this.#clocks = clocks;
  }

  /** The slots as this process knows them. There are none before the first change. */
  get slots(): readonly Slot[] {
    return this.#slots;
  }

  /**
   * Changes the slots. It is durable when the promise resolves, which is to whether `change`
   * returned slots. `change` may be called again. Rejects ERR_STORE_* and ERR_STATE_TAMPERED.
   */
  change(change: PlaceChange): Promise<boolean> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ change, resolve, reject });
      if (!this.#isWorking) void this.#work();
    });
  }

  async #work(): Promise<void> {
    this.#isWorking = true;
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.splice(0);
      try {
        const changed = await this.#commit(batch);
        for (const each of batch) each.resolve(changed.has(each));
      } catch (error) {
        for (const each of batch) each.reject(error);
      }
    }
    this.#isWorking = false;
  }

  async #commit(batch: readonly Waiting[]): Promise<ReadonlySet<Waiting>> {
    for (let attempt = 1; ; attempt += 1) {
      const generation = (this.#generation ??= await this.#load());
      const changed = new Set<Waiting>();
      let slots = this.#slots;
      for (const each of batch) {
        const after = each.change(slots);
        if (after !== undefined) changed.add(each);
        slots = after ?? slots;
      }
      if (changed.size === 0) return changed;
      try {
        this.#generation = await this.#documents.commit(this.#id, generation, this.#stored(slots));
        this.#slots = slots;
        return changed;
      } catch (error) {
        this.#generation = undefined;
        if (errorCodeOf(error) !== 'ERR_STORE_CONFLICT' || attempt >= ATTEMPTS) throw error;
      }
    }
  }

  async #load(): Promise<number> {
    const found = await this.#documents.find(this.#id);
    const { clock, monotonicMs } = this.#clocks;
    const [wallMs, nowMs] = [clock(), monotonicMs()];
    this.#slots = (found?.value.slots ?? []).map(({ atMs, count }) => ({
      // A time in the future was written by another clock.
      atMs: nowMs - Math.max(0, wallMs - atMs),
      count,
    }));
    return found?.generation ?? 0;
  }

  #stored(slots: readonly Slot[]): z.infer<typeof storedPlaces> {
    const { clock, monotonicMs } = this.#clocks;
    const [wallMs, nowMs] = [clock(), monotonicMs()];
    return {
      version: 1,
      slots: slots.map(({ atMs, count }) => ({
        atMs: Math.max(0, Math.round(wallMs - (nowMs - atMs))),
        count,
      })),
    };
  }
}
