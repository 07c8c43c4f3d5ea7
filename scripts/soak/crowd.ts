/**
 * The people of a soak. Some act at the same time, each person does one thing at a time, and new
 * people arrive evenly. `pause` lets everybody finish what they do.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { endSessions, look, rename, sign, signIn, type SoakContext } from './soak-actions.js';
import { SoakPerson } from './soak-person.js';
import { pick } from './seeded-random.js';

const AT_ONCE = 8;
/** People wait between nothing and twice this long before they act again. */
const PAUSE_MS = 400;

/** The people. */
export class Crowd {
  readonly people: SoakPerson[] = [];
  readonly #context: SoakContext;
  readonly #arrivals: { readonly count: number; readonly everyMs: number };
  readonly #busy = new Set<SoakPerson>();
  readonly #startedMs = performance.now();
  #isPaused = false;
  #hasEnded = false;
  #acting = 0;
  readonly #working: Promise<unknown>;

  constructor(context: SoakContext, count: number, arriveWithinMs: number) {
    this.#context = context;
    this.#arrivals = { count, everyMs: arriveWithinMs / count };
    this.#working = Promise.all(Array.from({ length: AT_ONCE }, () => this.#work()));
  }

  /** Resolves when nobody does anything. */
  async pause(): Promise<void> {
    this.#isPaused = true;
    while (this.#acting > 0) await sleep(25);
  }

  resume(): void {
    this.#isPaused = false;
  }

  /** Resolves when everybody has arrived and nobody does anything. */
  async end(): Promise<void> {
    while (this.people.length < this.#arrivals.count) await sleep(25);
    this.#hasEnded = true;
    await this.#working;
  }

  async #work(): Promise<void> {
    const { random } = this.#context;
    while (!this.#hasEnded) {
      await sleep(2 * PAUSE_MS * random());
      if (this.#isPaused) continue;
      const person = this.#next();
      if (person === undefined) continue;
      this.#busy.add(person);
      this.#acting += 1;
      try {
        await this.#act(person);
      } finally {
        this.#acting -= 1;
        this.#busy.delete(person);
      }
    }
  }

  /** Returns a person who arrives now, or one who is not doing anything. */
  #next(): SoakPerson | undefined {
    const { count, everyMs } = this.#arrivals;
    const dueCount = Math.floor((performance.now() - this.#startedMs) / everyMs) + 1;
    if (this.people.length < Math.min(count, dueCount)) {
      const person = new SoakPerson();
      this.people.push(person);
      return person;
    }
    const idle = this.people.filter((person) => !this.#busy.has(person));
    return pick(this.#context.random, idle);
  }

  async #act(person: SoakPerson): Promise<void> {
    const context = this.#context;
    const isNew = person.sessions.length === 0;
    if (isNew || context.random() < 0.15) await signIn(context, person);
    const session = pick(context.random, person.openSessions);
    if (session === undefined) return;
    if (person.signIn === undefined) return sign(context, person, session);
    const chance = context.random();
    if (chance < 0.5) return sign(context, person, session);
    if (chance < 0.7) return rename(context, person, session);
    if (chance < 0.85) return endSessions(context, person, session);
    return look(context, person, session);
  }
}
