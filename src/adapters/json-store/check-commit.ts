/** Checks what commits expect, and encodes their changes for the journal. */
import type { StoreChange } from '../../accounts/state-store.js';
import { ServiceError } from '../../errors.js';
import { encodeBase64url } from '../../protocol/base64url.js';
import type { JournalChange } from './journal-line.js';
import { keyOf } from './pending-changes.js';
import type { StoredState } from './stored-state.js';

/**
 * The commits that become durable together. Each is checked against the durable state and the
 * commits before it.
 */
export class CommitGroup {
  readonly #state: Pick<StoredState, 'generationOf' | 'nextOf'>;
  readonly #generations = new Map<string, number>();
  readonly #nexts = new Map<string, number>();
  readonly changes: JournalChange[] = [];

  constructor(state: Pick<StoredState, 'generationOf' | 'nextOf'>) {
    this.#state = state;
  }

  /**
   * Adds a commit. Rejects ERR_STORE_CONFLICT, or what reading the state rejects, and the group is
   * then unchanged.
   */
  async add(commit: readonly StoreChange[]): Promise<void> {
    for (const change of commit) {
      if (!(await this.#isExpected(change))) throw new ServiceError('ERR_STORE_CONFLICT');
    }
    // An append comes before a drop, so that a drop can remove what was just added.
    const ordered = [...commit].toSorted((a, b) => Number(isDrop(a)) - Number(isDrop(b)));
    for (const change of ordered) await this.#apply(change);
  }

  async #isExpected(change: StoreChange): Promise<boolean> {
    if (change.change === 'drop') return true;
    if (change.change === 'append') {
      const next = await this.#nextOf(change.log);
      // A log without entries accepts any number.
      return change.expected === next || (next === 1 && change.expected > 0);
    }
    return change.expected === (await this.#generationOf(change.kind, change.id));
  }

  async #apply(change: StoreChange): Promise<void> {
    switch (change.change) {
      case 'require':
        return;
      case 'put': {
        const { kind, id, expected, sealed } = change;
        this.#generations.set(keyOf(kind, id), expected + 1);
        this.changes.push(['put', kind, id, expected + 1, encodeBase64url(sealed)]);
        return;
      }
      case 'remove': {
        const { kind, id } = change;
        this.#generations.set(keyOf(kind, id), 0);
        this.changes.push(['remove', kind, id]);
        return;
      }
      case 'append': {
        const { log, expected, sealed } = change;
        this.#nexts.set(log, expected + sealed.length);
        this.changes.push(['append', log, expected, sealed.map((each) => encodeBase64url(each))]);
        return;
      }
      case 'drop': {
        const { log, before } = change;
        if ((await this.#nextOf(log)) <= before) this.#nexts.set(log, 1);
        this.changes.push(['drop', log, before]);
        return;
      }
    }
  }

  async #generationOf(kind: string, id: string): Promise<number> {
    return this.#generations.get(keyOf(kind, id)) ?? this.#state.generationOf(kind, id);
  }

  async #nextOf(log: string): Promise<number> {
    return this.#nexts.get(log) ?? this.#state.nextOf(log);
  }
}

const isDrop = ({ change }: StoreChange): boolean => change === 'drop';

/** Reads what a commit expects, so that checking it later does not wait for files. */
export async function readExpected(
  state: Pick<StoredState, 'generationOf' | 'nextOf'>,
  commit: readonly StoreChange[],
): Promise<void> {
  await Promise.all(
    commit.map((change) =>
      'log' in change ? state.nextOf(change.log) : state.generationOf(change.kind, change.id),
    ),
  );
}
