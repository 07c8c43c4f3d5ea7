/** One key: what it is called, its address, and what can be done with it. */
import { element } from '../pages/element.js';
import type * as contract from '../api/keys.js';
import type { Key } from '../api/keys.js';
import { callService } from '../pages/service-api.js';
import { ask } from './ask.js';
import type { Desk } from './desk.js';
import { pathOfKey } from './read-account.js';
import { badge, control, facts } from './section.js';
import { timeOf } from './time-words.js';

export type KeyRowParts = {
  readonly key: Key;
  readonly desk: Desk;
  readonly panel: HTMLElement;
  readonly run: (work: () => Promise<string | undefined>) => void;
};

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
      ? element('p', { class: 'quiet' }, 'An archived key signs nothing. You can bring it back.')
      : undefined,
    element('div', { class: 'row' }, rename, archiveButton({ key, desk, run })),
    panel,
  );
}

function archiveButton({ key, desk, run }: Omit<KeyRowParts, 'panel'>): HTMLElement {
  const [text, work] =
    key.archivedAt === undefined
      ? (['Archive', () => archiveKey(desk, key)] as const)
      : (['Bring back', () => bringBack(desk, key)] as const);
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
        'It signs nothing any more: apps that use this address can not sign you in. The address and what belongs to it stay, and you can bring the key back.',
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
  return 'The key signs again.';
}
