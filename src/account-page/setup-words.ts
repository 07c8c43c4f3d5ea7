/** What the page says about the setup of an account. */
import type { BootstrapState } from '../api/bootstrap.js';
import type { IconName } from '../pages/icons.js';
import { durationWords } from '../pages/until-words.js';
import { failedPart } from './account-parts.js';
import type { Tone } from './parts.js';
import { t } from '../pages/translate.js';

/** The state of an account in a word, with its sign. */
export const STATUS_WORDS: {
  readonly [status in BootstrapState['status']]: readonly [string, Tone, IconName];
} = {
  none: [t('Not set up yet'), 'quiet', 'ring'],
  pending: [t('Setting up'), 'quiet', 'arc'],
  complete: [t('Ready'), 'good', 'check'],
  failed: [t('Not finished'), 'bad', 'alert'],
};

const REASONS: readonly (readonly [RegExp, string])[] = [
  [/_node_(?:unavailable|timeout|aborted)$/, t('The TinyCloud node cannot be reached.')],
  [/_node_(?:failed|busy)$/, t('The TinyCloud node reports a problem.')],
  [/_node_clock$/, t('The clocks of this service and of the TinyCloud node differ too much.')],
  [/_gate_closed$/, t('Account setup is turned off.')],
  [/_account_lost$/, t('The TinyCloud node keeps losing the data of this account.')],
  [/_network_revoked$/, t('The encryption network of the account is revoked.')],
  [/_(?:timeout|interrupted)$/, t('The setup took too long or was interrupted.')],
  [/_limit$/, t('Too many accounts are being set up.')],
];

/** Returns why a setup failed, and that nothing is lost. */
export function failureWords({ errorCode = '' }: BootstrapState): string {
  const reason =
    REASONS.find(([pattern]) => pattern.test(errorCode))?.[1] ??
    t('The TinyCloud node returned an invalid response.');
  return errorCode.endsWith('_account_lost') ? reason : `${reason} ${t('Nothing is lost.')}`;
}

/** Returns where a setup stopped. */
export function stoppedWords(state: BootstrapState): string {
  const part = failedPart(state);
  return part === undefined
    ? t('The setup of your storage stopped')
    : t('The setup of your storage stopped: {part}', { part: part.name });
}

/** Returns when the service tries again. */
export function nextAttemptWords({ nextAttemptAt }: BootstrapState, nowMs: number): string {
  const ms = Date.parse(nextAttemptAt ?? '');
  if (Number.isNaN(ms)) return '';
  return ms <= nowMs
    ? t('The service tries again now.')
    : t('The service tries again in {duration}.', { duration: durationWords(ms - nowMs) });
}

/** Returns the heading of the storage. */
export function storageTitle({ status }: Pick<BootstrapState, 'status'>): string {
  return status === 'pending' ? t('Setting up your storage') : t('Your storage');
}
