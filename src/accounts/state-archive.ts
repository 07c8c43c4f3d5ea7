/**
 * The whole contents of a store, as sealed as they are. PORT for moving them to another store.
 *
 * A seal is bound to the generation of its document and to the number of its entry, so both stay.
 * Nothing is opened: the contents can be read again only by the enclave that sealed them.
 */

/** A document or an entry of a log. */
export type ArchiveItem =
  | {
      readonly type: 'document';
      readonly kind: string;
      readonly id: string;
      readonly generation: number;
      readonly sealed: Uint8Array;
    }
  | {
      readonly type: 'entry';
      readonly log: string;
      readonly number: number;
      readonly sealed: Uint8Array;
    };

/** Reads and restores the contents of a store that no service uses in the meantime. */
export type StateArchive = {
  /** Yields every item, in an order that stays the same while the store does. */
  items(): AsyncIterable<ArchiveItem>;
  /** Returns the item at the place of another one, if there is one. */
  find(item: ArchiveItem): Promise<ArchiveItem | undefined>;
  /**
   * Writes items durably, with the generations and numbers that they have. Repeating it has no
   * further effect. Rejects ERR_STORE_CONFLICT if the store contains a different item in the same
   * place.
   */
  restore(items: readonly ArchiveItem[]): Promise<void>;
  close(): Promise<void>;
};

/** Returns whether two items are the same in every byte. */
export function isSameItem(a: ArchiveItem, b: ArchiveItem | undefined): boolean {
  return b !== undefined && describeItem(a) === describeItem(b) && areSame(a.sealed, b.sealed);
}

/** Returns the place of an item and its generation or number, without its contents. */
export const describeItem = (item: ArchiveItem): string =>
  item.type === 'document'
    ? `document ${item.kind}/${item.id} at generation ${item.generation}`
    : `entry ${item.number} of ${item.log}`;

const areSame = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) === 0;
