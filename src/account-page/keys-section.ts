/** Shows the person's keys, each with its TinyCloud account. */
import { element } from '../pages/element.js';
import type { Account } from '../api/account.js';
import type * as contract from '../api/keys.js';
import { callService } from '../pages/service-api.js';
import { AccountPanel } from './account-panel.js';
import { ask } from './ask.js';
import type { Desk } from './desk.js';
import { keyRow } from './key-row.js';
import { control, Section } from './section.js';

/** The section of the keys. */
export class KeysSection extends Section {
  readonly #desk: Desk;
  readonly #panels = new Map<string, AccountPanel>();
  readonly #abort = new AbortController();

  constructor(desk: Desk) {
    super(
      'keys',
      'Keys',
      'Your keys are created and used only inside the service, which never exports them. Its attestation below describes the machine that it runs in.',
    );
    this.#desk = desk;
    const { signal } = this.#abort;
    // An app may have set up an account while the page was hidden.
    document.addEventListener('visibilitychange', () => this.#look(), { signal });
  }

  async update({ keys }: Account): Promise<void> {
    const run = (work: () => Promise<string | undefined>): void => void this.run(work);
    const desk = this.#desk;
    const rows = keys.map((key) => {
      const panel = this.#panels.get(key.id) ?? new AccountPanel({ key, desk, run });
      this.#panels.set(key.id, panel);
      return { panel, node: keyRow({ key, desk, run, panel: panel.node }) };
    });
    await Promise.all(rows.map(({ panel }) => panel.open()));
    this.show(
      element('ul', { class: 'cards' }, ...rows.map(({ node }) => node)),
      control('create', 'Create a key', 'plain', () => run(() => createKey(desk))),
    );
  }

  #look(): void {
    if (document.visibilityState !== 'visible') return;
    for (const panel of this.#panels.values()) void panel.look();
  }

  close(): void {
    this.#abort.abort();
    for (const panel of this.#panels.values()) panel.close();
  }
}

async function createKey(desk: Desk): Promise<string> {
  await ask({
    title: 'Create a key',
    body: [element('p', {}, 'The new key has its own address and its own TinyCloud account.')],
    action: 'Create',
    field: { label: 'Name', value: `Key ${desk.account.keys.length + 1}` },
    run: async (label) => {
      await desk.change(() =>
        callService<typeof contract.createKey>('POST', '/api/keys', { label }),
      );
    },
  });
  await desk.refresh();
  return 'The key was created.';
}
