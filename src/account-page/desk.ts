/**
 * Makes changes of the account: only for the account that is shown, and only with a person who is
 * present.
 *
 * The cookie belongs to the browser and not to this page: a person may sign in to another account
 * in another window, and a requested passkey may belong to another account. So before each change,
 * and again after each proof, this file asks the service which account is signed in.
 */
import type { Account } from '../api/account.js';
import { codeOf, PageError, sentenceOf } from '../pages/page-error.js';
import { provePresence } from './prove-presence.js';
import { getAccount, isSessionOver } from './read-account.js';
import { t } from '../pages/translate.js';

/** A different account is signed in than the one that is shown. */
export const OTHER_ACCOUNT = 'ERR_OTHER_ACCOUNT';

const otherAccount = (): PageError =>
  new PageError(
    OTHER_ACCOUNT,
    t('A different account is signed in now, so nothing was changed. Reload this page to see it.'),
  );

/** Makes changes of the account that is shown. */
export type Desk = {
  readonly account: Account;
  /**
   * Makes a change. If it rejects, nothing was changed: ERR_USER_REJECTED, OTHER_ACCOUNT, or the
   * service's code.
   */
  change<T>(work: () => Promise<T>): Promise<T>;
  /** Reads the account again and shows it. */
  refresh(): Promise<void>;
};

/** What a desk depends on. */
export type DeskParts = {
  readonly account: Account;
  readonly onRefresh: (account: Account) => Promise<void>;
};

/** Resolves to the account that is signed in. Rejects OTHER_ACCOUNT if it is not this one. */
export async function requireAccount(id: string): Promise<Account> {
  const account = await getAccount();
  if (account.id !== id) throw otherAccount();
  return account;
}

/** The desk of the page. */
export class AccountDesk implements Desk {
  account: Account;
  readonly #onRefresh: DeskParts['onRefresh'];

  constructor({ account, onRefresh }: DeskParts) {
    this.account = account;
    this.#onRefresh = onRefresh;
  }

  async change<T>(work: () => Promise<T>): Promise<T> {
    const checked = async (): Promise<T> => {
      await requireAccount(this.account.id);
      return work();
    };
    try {
      return await checked();
    } catch (error) {
      const isOld = codeOf(error) === 'ERR_STEP_UP_REQUIRED';
      if (!isOld && !isSessionOver(error)) throw error;
      await provePresence(isOld ? 'step-up' : 'session-over');
      return checked();
    }
  }

  async refresh(): Promise<void> {
    const account = await requireAccount(this.account.id).catch((error: unknown) => {
      throw new PageError(
        codeOf(error),
        t('Your change was saved, but this page could not refresh: {problem}', {
          problem: sentenceOf(error),
        }),
      );
    });
    this.account = account;
    await this.#onRefresh(account);
  }
}
