/** Describes the steps of the setup in the words that a person reads. */
import type { BootstrapStep } from '../api/bootstrap.js';
import { t } from './translate.js';

const WORDS = [
  [t('Preparing your spaces'), /^session:/],
  [t('Creating your spaces'), /^(?:host|activate):/],
  [t('Creating your encryption network'), /^encryption:/],
  [t('Preparing your space for secrets'), /^secrets:/],
  [t('Creating your account registry'), /^account:/],
] as const;

/** A part of the setup, and its state. */
export type Part = { readonly words: string; readonly state: 'done' | 'running' | 'waiting' };

/** Returns five parts for display from the steps. */
export function partsOf(steps: readonly BootstrapStep[]): readonly Part[] {
  return WORDS.map(([words, pattern]) => {
    const states = steps.flatMap(({ id, status }) => (pattern.test(id) ? [status] : []));
    const isDone = states.length > 0 && states.every((status) => status === 'done');
    const hasBegun = states.some((status) => status === 'done' || status === 'running');
    return { words, state: isDone ? 'done' : hasBegun ? 'running' : 'waiting' };
  });
}
