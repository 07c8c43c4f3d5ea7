/** What the page says about the setup of an account. */
import type { BootstrapState } from '../api/bootstrap.js';
import type { IconName } from '../pages/icons.js';
import { durationWords } from '../pages/until-words.js';
import { failedPart } from './account-parts.js';
import type { Tone } from './parts.js';

/** The state of an account in a word, with its sign. */
export const STATUS_WORDS: {
  readonly [status in BootstrapState['status']]: readonly [string, Tone, IconName];
} = {
  none: ['Not set up yet', 'quiet', 'ring'],
  pending: ['Setting up', 'quiet', 'arc'],
  complete: ['Ready', 'good', 'check'],
  failed: ['Not finished', 'bad', 'alert'],
};

const REASONS: readonly (readonly [RegExp, string])[] = [
  [/_node_(?:unavailable|timeout|aborted)$/, 'The TinyCloud node cannot be reached.'],
  [/_node_(?:failed|busy)$/, 'The TinyCloud node reports a problem.'],
  [/_node_clock$/, 'The clocks of this service and of the TinyCloud node differ too much.'],
  [/_gate_closed$/, 'Account setup is turned off.'],
  [/_account_lost$/, 'The TinyCloud node keeps losing the data of this account.'],
  [/_network_revoked$/, 'The encryption network of the account is revoked.'],
  [/_(?:timeout|interrupted)$/, 'The setup took too long or was interrupted.'],
  [/_limit$/, 'Too many accounts are being set up.'],
];

/** Returns why a setup failed, and that nothing is lost. */
export function failureWords({ errorCode = '' }: BootstrapState): string {
  const reason =
    REASONS.find(([pattern]) => pattern.test(errorCode))?.[1] ??
    'The TinyCloud node returned an invalid response.';
  return errorCode.endsWith('_account_lost') ? reason : `${reason} Nothing is lost.`;
}

/** Returns where a setup stopped. */
export function stoppedWords(state: BootstrapState): string {
  const part = failedPart(state);
  return part === undefined
    ? 'The setup of your storage stopped'
    : `The setup of your storage stopped at the ${part.name.toLowerCase()}`;
}

/** Returns when the service tries again. */
export function nextAttemptWords({ nextAttemptAt }: BootstrapState, nowMs: number): string {
  const ms = Date.parse(nextAttemptAt ?? '');
  if (Number.isNaN(ms)) return '';
  return ms <= nowMs
    ? 'The service tries again now.'
    : `The service tries again in ${durationWords(ms - nowMs)}.`;
}

/** Returns the heading of the storage. */
export function storageTitle({ status }: Pick<BootstrapState, 'status'>): string {
  return status === 'pending' ? 'Setting up your storage' : 'Your storage';
}
