/** A kept certificate against an authority in memory, with a clock that a test moves. */
import type { StateStore } from '../../src/accounts/state-store.js';
import { KeptCertificate, type KeeperContext } from '../../src/certificates/kept-certificate.js';
import { ownTurn } from '../../src/certificates/order-turn.js';
import { createMemoryDocuments, createMemoryStateStore } from '../memory-state-store.js';
import { FakeAuthority } from './fake-authority.js';

export const DAY_MS = 86_400_000;
export const START_MS = Date.parse('2026-11-01T00:00:00Z');
export const DIRECTORY = 'https://ca.example/directory';
export const NAME = 'sealwright.example';

/** An authority and a store. Each `open` is a new process. */
export function createScene(store: StateStore = createMemoryStateStore()) {
  const scene = { nowMs: START_MS, random: 0.5 };
  const clock = (): number => scene.nowMs;
  const authority = new FakeAuthority(clock);
  const outcomes: string[] = [];
  const lines: string[] = [];
  const write = (event: string, fields: object = {}): void =>
    void lines.push(JSON.stringify({ event, ...fields }));
  const open = async (changes: Partial<KeeperContext> = {}): Promise<KeptCertificate> => {
    const kept = await KeptCertificate.open({
      authority,
      directory: DIRECTORY,
      name: NAME,
      documents: createMemoryDocuments(store),
      turn: ownTurn(),
      clock,
      pause: async (ms) => void (scene.nowMs += ms),
      logger: { debug: write, info: write, warn: write, error: write },
      random: () => scene.random,
      onAttempt: (outcome) => outcomes.push(outcome),
      ...changes,
    });
    authority.look = () => kept.challenge();
    return kept;
  };
  return Object.assign(scene, { authority, outcomes, lines, open, store });
}
