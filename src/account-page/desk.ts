/**
 * Where changes of the account are made: for the account that is shown and no other, by a person who is there.
 *
 * The cookie is the browser's, not this page's: in another window somebody may have signed in to another account meanwhile,
 * and a passkey that is asked for may belong to another one. So before each change, and again after each proof, the service is
 * asked whose session it is.
 */
import type { Account } from '../api/account.js';
import { codeOf, toWireError, PageError } from '../pages/page-error.js';
import { provePresence } from './prove-presence.js';
import { getAccount, isSessionOver } from './read-account.js';

/** Another account is signed in than the one that is shown. */
export const OTHER_ACCOUNT = 'ERR_OTHER_ACCOUNT';

const otherAccount = (): PageError =>
  new PageError(
    OTHER_ACCOUNT,
    'Another account is signed in now, so nothing was changed. Load this page again to see it.',
  );

export type Desk = {
  readonly account: Account;
  /** Makes a change. Rejects ERR_USER_REJECTED, OTHER_ACCOUNT, or with the service's code: then nothing was changed. */
  change<T>(work: () => Promise<T>): Promise<T>;
  /** Reads the account again and shows it. */
  refresh(): Promise<void>;
};

export type DeskParts = {
  readonly account: Account;
  readonly onRefresh: (account: Account) => Promise<void>;
};

export async function requireAccount(id: string): Promise<Account> {
  const account = await getAccount();
  if (account.id !== id) throw otherAccount();
  return account;
}

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
        `It was done, but what is shown here is old: ${toWireError(error).message}`,
      );
    });
    this.account = account;
    await this.#onRefresh(account);
  }
}
