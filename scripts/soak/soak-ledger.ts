/** Counts what happens in a soak, and asks the service. */
import { setTimeout as sleep } from 'node:timers/promises';
import { ERROR_TABLE } from '../../src/error-table.js';
import { callService, type Reply } from './call-service.js';
import type { Deployment } from './deployment.js';
import type { Ask, Noted, SoakContext } from './soak-actions.js';

const ASK_AGAIN_MS = 50;
/** A service that does not answer for this long, although it is started, does not answer at all. */
const GIVE_UP_MS = 180_000;
const MOST_PROBLEMS = 50;

const BUSY: ReadonlySet<number> = new Set([429, 503]);

/** The service that people use, and how often it was killed. */
export type UsedService = Pick<Deployment, 'url' | 'origin' | 'isUp' | 'kills'>;

/** What happened. */
export class SoakLedger {
  readonly counts: Record<Noted, number> = {
    signIns: 0,
    signatures: 0,
    reviewed: 0,
    renames: 0,
    endedSessions: 0,
    retries: 0,
  };
  /** Answers to sign requests, by status and code. */
  readonly signAnswers: Record<string, number> = {};
  readonly signMs: number[] = [];
  readonly problems: string[] = [];
  lostRequests = 0;
  busyAnswers = 0;

  problem(text: string): void {
    if (this.problems.length < MOST_PROBLEMS) this.problems.push(text);
  }

  noteSignAnswer({ status, code }: Reply, ms: number): void {
    const name = code === '' ? String(status) : `${status} ${code}`;
    this.signAnswers[name] = (this.signAnswers[name] ?? 0) + 1;
    this.signMs.push(ms);
    const isDocumented = status === 200 || (BUSY.has(status) && Object.hasOwn(ERROR_TABLE, code));
    if (!isDocumented) this.problem(`a sign request was answered ${name}`);
  }

  /** Returns what people need to act on this deployment. */
  contextOf(deployment: UsedService, random: () => number): SoakContext {
    return {
      ask: this.#askOf(deployment),
      origin: deployment.origin,
      random,
      kills: () => deployment.kills.service,
      note: (what) => {
        this.counts[what] += 1;
      },
      noteSignAnswer: (reply, ms) => this.noteSignAnswer(reply, ms),
      problem: (text) => this.problem(text),
    };
  }

  /** Repeats a request until it is answered. A service that is busy is asked again, as it says. */
  #askOf(deployment: UsedService): Ask {
    return async (call) => {
      const killsBefore = deployment.kills.service;
      const endMs = performance.now() + GIVE_UP_MS;
      let isLost = false;
      for (;;) {
        const wasUp = deployment.isUp;
        const kills = deployment.kills.service;
        const reply = await callService(deployment.url, call);
        if (reply !== undefined && !BUSY.has(reply.status)) {
          if (isLost) this.lostRequests += 1;
          return { reply, mayFollowKill: deployment.kills.service !== killsBefore };
        }
        if (reply !== undefined) this.#noteBusy(call.path, reply);
        else {
          isLost = true;
          if (wasUp && kills === deployment.kills.service) {
            this.problem(`${call.method} was not answered, although nothing was killed`);
          }
        }
        if (performance.now() > endMs) throw new Error(`The service does not answer: ${call.path}`);
        await sleep(ASK_AGAIN_MS);
      }
    };
  }

  #noteBusy(path: string, reply: Reply): void {
    this.busyAnswers += 1;
    if (path.endsWith('/sign')) this.noteSignAnswer(reply, 0);
  }
}
