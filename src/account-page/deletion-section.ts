/** Deletes the account. */
import type { deleteAccount } from '../api/account.js';
import type { ReplyBodyOf } from '../api/call.js';
import { element } from '../pages/element.js';
import { callService } from '../pages/service-api.js';
import { ask } from './ask.js';
import type { Desk } from './desk.js';
import { control, Section } from './section.js';

const PHRASE = 'delete my account';

/** What remains after a deletion, in the service's words. */
export type Remains = ReplyBodyOf<typeof deleteAccount>['remains'];

/** The section of the deletion. */
export class DeletionSection extends Section {
  readonly #desk: Desk;
  readonly #onDeleted: (remains: Remains) => void;

  constructor(desk: Desk, onDeleted: (remains: Remains) => void) {
    super(
      'deletion',
      'Delete the account',
      'Your keys, sign-in methods, sessions, receipts and audit trail are permanently deleted. First export what you want to keep. Your data on TinyCloud stays there, but it can no longer be signed for.',
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
      title: 'Delete the account permanently?',
      body: [
        element(
          'p',
          {},
          `${keys.length === 1 ? 'One key is' : `${keys.length} keys are`} lost. No one can ever sign for these addresses again.`,
        ),
        element('ul', { class: 'mono' }, ...keys.map(({ address }) => element('li', {}, address))),
      ],
      action: 'Delete permanently',
      isDanger: true,
      field: { label: `To continue, enter: ${PHRASE}`, expected: PHRASE },
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
