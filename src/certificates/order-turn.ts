/**
 * Who works on the order of the certificate, and the challenge that is shown meanwhile.
 *
 * Replicas of one service have one certificate. One of them orders it, and each of them may be the
 * one that the authority connects to, so the challenge is in the store that they share.
 *
 * | event                           | effect                                                    |
 * | ------------------------------- | --------------------------------------------------------- |
 * | a replica takes the turn        | the others order nothing                                  |
 * | its attempt fails               | it keeps the turn, and with it the delay until the next   |
 * | the certificate is stored       | the turn is free                                          |
 * | the replica stops               | the turn is free                                          |
 * | the replica is killed           | another one takes the turn after TAKEOVER_MS              |
 * | it only paused for longer       | it finds out before its next step, and ends its attempt   |
 *
 * The document never contains a time: a turn is abandoned if its generation has not changed for
 * TAKEOVER_MS of the observer's own clock. It is never removed, so a generation occurs once.
 */
import { z } from 'zod';
import { sealedCodec } from '../accounts/sealed-codec.js';
import type { SealedDocuments } from '../accounts/sealed-documents.js';
import { type TypedDocuments, typedDocuments } from '../accounts/typed-documents.js';
import { errorCodeOf } from '../errors.js';
import type { ChallengeIdentity } from '../runtime/tls-identity.js';
import { CURRENT } from './certificate-documents.js';

/** Longer than a call of the authority and than the interval of looks at the certificate. */
export const TAKEOVER_MS = 120_000;

/** Who works on the order. Every method that reads or writes rejects as the store does. */
export type OrderTurn = {
  /** Takes the turn, or keeps it. Returns whether this process has it. */
  take(): Promise<boolean>;
  /** Tells the others that this process is alive. Returns whether it still has the turn. */
  keep(): Promise<boolean>;
  /**
   * Shows a challenge, or none, which every replica can read from now on. Returns false if this
   * process has lost the turn, so nobody shows it.
   */
  present(challenge: ChallengeIdentity | undefined): Promise<boolean>;
  /** Returns the challenge that the process with the turn shows. */
  challenge(): Promise<ChallengeIdentity | undefined>;
  /** Gives the turn away. Does nothing without it. */
  end(): Promise<void>;
};

/** Returns the turn of a process that has its store alone. */
export function ownTurn(): OrderTurn {
  let shown: ChallengeIdentity | undefined;
  return {
    take: async () => true,
    keep: async () => true,
    present: async (challenge) => {
      shown = challenge;
      return true;
    },
    challenge: async () => shown,
    end: async () => {
      shown = undefined;
    },
  };
}

const pem = z.string().max(8_192);
const turn = z.strictObject({
  /** The random id of the process, or null if the turn is free. */
  owner: z.string().max(64).nullable(),
  challenge: z.strictObject({ name: z.string().max(253), certificate: pem, key: pem }).nullable(),
});
type StoredTurn = z.infer<typeof turn>;

/** The codec of the turn. A store has one, with the id `current`. */
export const turnCodec = sealedCodec<StoredTurn>('tls-turn', turn);

type Seen = { readonly generation: number; readonly atMs: number };

/** The turn of one of several replicas. `id` is random for each start. */
export class SharedTurn implements OrderTurn {
  readonly #stored: TypedDocuments<StoredTurn>;
  readonly #clock: () => number;
  readonly #id: string;
  #shown: ChallengeIdentity | undefined;
  /** The generation that this process wrote, or undefined if it does not have the turn. */
  #held: number | undefined;
  #seen: Seen | undefined;

  constructor(documents: SealedDocuments, clock: () => number, id: string) {
    this.#stored = typedDocuments(documents, turnCodec);
    this.#clock = clock;
    this.#id = id;
  }

  async take(): Promise<boolean> {
    if (await this.keep()) return true;
    const found = await this.#stored.find(CURRENT);
    const generation = found?.generation ?? 0;
    const owner = found?.value.owner ?? null;
    // It is this process after a write that was made although it seemed to fail.
    const isFree = (owner ?? this.#id) === this.#id;
    return (isFree || this.#isAbandoned(generation)) && this.#write(generation, this.#id);
  }

  async keep(): Promise<boolean> {
    return this.#held !== undefined && this.#write(this.#held, this.#id);
  }

  async present(challenge: ChallengeIdentity | undefined): Promise<boolean> {
    this.#shown = challenge;
    return this.keep();
  }

  async challenge(): Promise<ChallengeIdentity | undefined> {
    return (await this.#stored.find(CURRENT))?.value.challenge ?? undefined;
  }

  async end(): Promise<void> {
    this.#shown = undefined;
    if (this.#held !== undefined) await this.#write(this.#held, null);
    this.#held = undefined;
  }

  #isAbandoned(generation: number): boolean {
    const nowMs = this.#clock();
    if (this.#seen?.generation !== generation) this.#seen = { generation, atMs: nowMs };
    return nowMs - this.#seen.atMs >= TAKEOVER_MS;
  }

  /** Returns false if another replica wrote in the meantime. */
  async #write(generation: number, owner: string | null): Promise<boolean> {
    const value = { owner, challenge: this.#shown ?? null };
    try {
      this.#held = await this.#stored.commit(CURRENT, generation, value);
      return true;
    } catch (error) {
      if (errorCodeOf(error) !== 'ERR_STORE_CONFLICT') throw error;
      this.#held = undefined;
      return false;
    }
  }
}
