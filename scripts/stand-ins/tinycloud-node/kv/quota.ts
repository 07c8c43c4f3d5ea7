import { isPublicSpace, type SpaceId } from '../formats/space-id.js';
import type { NodeContext } from '../node-context.js';
import { Refusal } from '../refusal.js';

const PUBLIC_LIMIT_BYTES = 10 * 1024 * 1024;

/** How much more a space may store. Only spaces named `public` have a limit. */
export class Quota {
  readonly #usedBytes: number;
  #remainingBytes: number;

  private constructor(usedBytes: number) {
    this.#usedBytes = usedBytes;
    this.#remainingBytes = PUBLIC_LIMIT_BYTES - usedBytes;
  }

  /**
   * Returns undefined if there is no limit. A space that is not hosted has no size, hence the
   * different "not found".
   */
  static of({ store, databases }: NodeContext, space: SpaceId): Quota | undefined {
    if (!isPublicSpace(space)) return undefined;
    if (!store.spaces.has(space.id)) throw new Refusal(404, 'space not found');
    const usedBytes = store.kv.usedBytes(space.id) + databases.usedBytes(space.id);
    if (usedBytes >= PUBLIC_LIMIT_BYTES) {
      throw new Refusal(402, `Storage quota exceeded. ${usage(usedBytes)}`);
    }
    return new Quota(usedBytes);
  }

  take(bytes: number): void {
    if (bytes > this.#remainingBytes) {
      throw new Refusal(413, `Write exceeds remaining storage. ${usage(this.#usedBytes)}`);
    }
    this.#remainingBytes -= bytes;
  }
}

function usage(usedBytes: number): string {
  return `Used: ${usedBytes} bytes, Limit: ${PUBLIC_LIMIT_BYTES} bytes`;
}
