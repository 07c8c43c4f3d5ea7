/** Shows one key: its name, its address, and its actions. */
import { element } from '../pages/element.js';
import type * as contract from '../api/keys.js';
import type { Key } from '../api/keys.js';
import { callService } from '../pages/service-api.js';
import { ask } from './ask.js';
import type { Desk } from './desk.js';
import { pathOfKey } from './read-account.js';
import { badge, control, facts } from './section.js';
import { timeOf } from './time-words.js';

/** What a row depends on. */
export type KeyRowParts = {
  readonly key: Key;
  readonly desk: Desk;
  readonly panel: HTMLElement;
  readonly run: (work: () => Promise<string | undefined>) => void;
};

/** Returns the row of a key. */
export function keyRow({ key, desk, panel, run }: KeyRowParts): HTMLElement {
  const isArchived = key.archivedAt !== undefined;
  const rename = control(
    `rename:${key.id}`,
    'Rename',
    'plain',
    () => run(() => renameKey(desk, key)),
    `Rename ${key.label}`,
  );
  return element(
    'li',
    { class: 'card', 'data-key': key.id },
    element('h3', {}, key.label, isArchived ? badge('Archived') : undefined),
    element('p', { class: 'mono' }, key.address),
    facts([
      ['Created', timeOf(key.createdAt)],
      isArchived ? ['Archived', timeOf(key.archivedAt)] : undefined,
    ]),
    isArchived
      ? element('p', { class: 'quiet' }, 'An archived key cannot sign. You can restore it.')
      : undefined,
    element('div', { class: 'row' }, rename, archiveButton({ key, desk, run })),
    panel,
  );
}

function archiveButton({ key, desk, run }: Omit<KeyRowParts, 'panel'>): HTMLElement {
  const [text, work] =
    key.archivedAt === undefined
      ? (['Archive', () => archiveKey(desk, key)] as const)
      : (['Restore', () => bringBack(desk, key)] as const);
  return control(`archive:${key.id}`, text, 'plain', () => run(work), `${text}: ${key.label}`);
}

async function renameKey(desk: Desk, key: Key): Promise<string> {
  await ask({
    title: 'Rename this key',
    body: [],
    action: 'Rename',
    field: { label: 'Name', value: key.label },
    run: async (label) => {
      await desk.change(() =>
        callService<typeof contract.renameKey>('PATCH', pathOfKey(key.id), { label }),
      );
    },
  });
  await desk.refresh();
  return 'The key was renamed.';
}

async function archiveKey(desk: Desk, key: Key): Promise<string> {
  await ask({
    title: `Archive ${key.label}?`,
    body: [
      element(
        'p',
        {},
        'It can no longer sign, so apps that use this address cannot sign you in. The address and its data stay, and you can restore the key.',
      ),
    ],
    action: 'Archive',
    run: async () => {
      await desk.change(() =>
        callService<typeof contract.archiveKey>('POST', `${pathOfKey(key.id)}/archive`),
      );
    },
  });
  await desk.refresh();
  return 'The key is archived.';
}

async function bringBack(desk: Desk, key: Key): Promise<string> {
  await desk.change(() =>
    callService<typeof contract.unarchiveKey>('POST', `${pathOfKey(key.id)}/unarchive`),
  );
  await desk.refresh();
  return 'The key can sign again.';
}
