/** The end of an account. */
import type { deleteAccount } from '../api/account.js';
import type { ReplyBodyOf } from '../api/call.js';
import { element } from '../pages/element.js';
import { callService } from '../pages/service-api.js';
import { ask } from './ask.js';
import type { Desk } from './desk.js';
import { control, Section } from './section.js';

const PHRASE = 'delete my account';

/** What stays after a deletion, in the service's words. */
export type Remains = ReplyBodyOf<typeof deleteAccount>['remains'];

export class DeletionSection extends Section {
  readonly #desk: Desk;
  readonly #onDeleted: (remains: Remains) => void;

  constructor(desk: Desk, onDeleted: (remains: Remains) => void) {
    super(
      'deletion',
      'Delete the account',
      'Your keys are gone for good, with your ways to sign in, your sessions, your receipts and the audit trail. Export what you want to keep first. What is on TinyCloud stays there, and nobody can sign for it any more.',
    );
    this.#desk = desk;
    this.#onDeleted = onDeleted;
  }

  update(): void {
    this.show(
      control('delete', 'Delete the account', 'danger', () => void this.run(() => this.#delete())),
    );
  }

  async #delete(): Promise<undefined> {
    let remains: Remains | undefined;
    const { keys } = this.#desk.account;
    await ask({
      title: 'Delete the account for good?',
      body: [
        element(
          'p',
          {},
          `${keys.length === 1 ? 'One key is' : `${keys.length} keys are`} lost: nobody can sign for these addresses again.`,
        ),
        element('ul', { class: 'mono' }, ...keys.map(({ address }) => element('li', {}, address))),
      ],
      action: 'Delete for good',
      isDanger: true,
      field: { label: `To go on, write: ${PHRASE}`, expected: PHRASE },
      run: async () => {
        ({ remains } = await this.#desk.change(() =>
          callService<typeof deleteAccount>('DELETE', '/api/account'),
        ));
      },
    });
    if (remains !== undefined) this.#onDeleted(remains);
    return undefined;
  }
}
