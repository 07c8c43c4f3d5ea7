/** The steps of setting an account up, as a person would say them. */
import type { BootstrapStep } from '../api/bootstrap.js';

const WORDS = [
  ['Preparing your spaces', /^session:/],
  ['Creating your spaces', /^(?:host|activate):/],
  ['Creating your encryption network', /^encryption:/],
  ['Preparing a place for secrets', /^secrets:/],
  ['Writing the registry of your account', /^account:/],
] as const;

export type Part = { readonly words: string; readonly state: 'done' | 'running' | 'waiting' };

/** Five parts for a person out of the steps by their ids. */
export function partsOf(steps: readonly BootstrapStep[]): readonly Part[] {
  return WORDS.map(([words, pattern]) => {
    const states = steps.flatMap(({ id, status }) => (pattern.test(id) ? [status] : []));
    const isDone = states.length > 0 && states.every((status) => status === 'done');
    const hasBegun = states.some((status) => status === 'done' || status === 'running');
    return { words, state: isDone ? 'done' : hasBegun ? 'running' : 'waiting' };
  });
}
