import { decodeDelegation, type Delegation } from '../formats/delegation.js';
import type { Effect, StoredNetwork, StoredRevocation } from './effect.js';
import type { Journal } from './journal.js';
import { KvStore } from './kv-store.js';

export type StoredDelegation = {
  readonly delegation: Delegation;
  /** How often accepted objects cited it; `capabilities/read` shows it. */
  cited: number;
};

/**
 * The node's state, except for its SQL databases. Reads are free; all changes go through `commit`.
 */
export class NodeStore {
  readonly spaces = new Set<string>();
  readonly delegations = new Map<string, StoredDelegation>();
  readonly revocations = new Map<string, StoredRevocation>();
  readonly networks = new Map<string, StoredNetwork>();
  readonly kv = new KvStore();
  readonly #replays = new Map<string, number>();
  readonly #nonces = new Set<string>();
  readonly #journal: Journal | undefined;

  constructor(journal?: Journal, past: readonly (readonly Effect[])[] = []) {
    this.#journal = journal;
    for (const effects of past) this.#apply(effects);
  }

  /** Makes effects durable and then visible: all of them or none. */
  commit(...effects: readonly Effect[]): void {
    if (effects.length === 0) return;
    this.#journal?.append(effects);
    this.#apply(effects);
  }

  /** Returns whether this exact token was already accepted and its row is still kept. */
  isReplay(token: string, nowMs: number): boolean {
    const untilMs = this.#replays.get(token);
    return untilMs !== undefined && untilMs > nowMs;
  }

  isNonceUsed(invoker: string, nonce: string): boolean {
    return this.#nonces.has(nonceKey(invoker, nonce));
  }

  close(): void {
    this.#journal?.close();
  }

  #apply(effects: readonly Effect[]): void {
    for (const effect of effects) this.#applyOne(effect);
  }

  #applyOne(effect: Effect): void {
    switch (effect.kind) {
      case 'delegation':
        return this.#addDelegation(decodeDelegation(effect.header));
      case 'cited':
        for (const cid of effect.delegations) this.#cite(cid);
        return;
      case 'revocation':
        if (!this.revocations.has(effect.delegation)) {
          this.revocations.set(effect.delegation, effect.revocation);
        }
        return;
      case 'host':
        this.spaces.add(effect.space);
        return;
      case 'unhost':
        this.spaces.delete(effect.space);
        return;
      case 'replay':
        this.#replays.set(effect.token, effect.untilMs);
        return;
      case 'nonce':
        this.#nonces.add(nonceKey(effect.invoker, effect.nonce));
        return;
      case 'network':
        this.networks.set(effect.network.id, effect.network);
        return;
      case 'network-forget':
        this.networks.delete(effect.id);
        return;
      case 'kv-put':
      case 'kv-delete':
      case 'kv-forget':
        this.kv.apply(effect);
    }
  }

  #addDelegation(delegation: Delegation): void {
    if (this.delegations.has(delegation.cid)) return;
    this.delegations.set(delegation.cid, { delegation, cited: 0 });
    for (const cid of delegation.parents) this.#cite(cid);
  }

  #cite(cid: string): void {
    const row = this.delegations.get(cid);
    if (row !== undefined) row.cited += 1;
  }
}

function nonceKey(invoker: string, nonce: string): string {
  return JSON.stringify([invoker, nonce]);
}
