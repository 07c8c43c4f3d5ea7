/** Shows the person's keys, with what can be done with each. */
import type { Account } from '../api/account.js';
import type { Key } from '../api/keys.js';
import { element, shortAddress } from '../pages/element.js';
import { icon } from '../pages/icons.js';
import { rosette } from '../pages/rosette.js';
import { archiveKey, createKey, downloadReceipt, renameKey, restoreKey } from './change-keys.js';
import { copyButton } from './copyable.js';
import type { Desk } from './desk.js';
import { exportKey } from './export-key.js';
import { disclosureMenu } from './disclosure-menu.js';
import { chip, control, fold, longList, quiet, row } from './parts.js';
import { report } from './said.js';
import { Section } from './section.js';
import { timeOf } from './time-words.js';
import { t, tNodes } from '../pages/translate.js';

/** The card of the keys. */
export class KeysCard extends Section {
  readonly #desk: Desk;

  constructor(desk: Desk) {
    super({
      id: 'keys',
      level: 2,
      title: t('Keys'),
      action: control({
        name: 'create',
        text: t('Create a key'),
        onClick: () => void report(() => createKey(desk)),
      }),
    });
    this.node.classList.add('flush');
    this.#desk = desk;
  }

  update({ keys }: Account): void {
    this.show(
      ...longList(
        'keys',
        keys.map((key) => keyRow(this.#desk, key)),
      ),
    );
  }
}

function keyRow(desk: Desk, key: Key): HTMLElement {
  const { id, label, address, createdAt, archivedAt, exportedAt } = key;
  const whole = element('code', {}, address);
  return row({
    picture: rosette(address),
    title: [label, archivedAt === undefined ? undefined : chip(t('Archived'))],
    lines: [
      element('p', { class: 'quiet mono' }, shortAddress(address)),
      archivedAt === undefined
        ? quiet(...tNodes('Created {time}', { time: timeOf(createdAt) }))
        : quiet(
            ...tNodes('Archived {time}. It cannot sign until you restore it.', {
              time: timeOf(archivedAt),
            }),
          ),
      exportedAt === undefined
        ? undefined
        : quiet(
            ...tNodes('Exported {time}. If that was not you, move what it owns.', {
              time: timeOf(exportedAt),
            }),
          ),
      fold(
        t('Address'),
        element(
          'div',
          { class: 'command' },
          whole,
          copyButton({
            text: address,
            label: t('Copy the address of {name}', { name: label }),
            shown: whole,
          }),
        ),
      ),
    ],
    controls: [keyMenu(desk, key)],
    data: { 'data-key': id },
  });
}

function keyMenu(desk: Desk, key: Key): HTMLElement {
  const item = (name: string, text: string, work: (of: Desk, it: Key) => Promise<string>) =>
    control({
      name: `${name}:${key.id}`,
      text,
      kind: 'text',
      onClick: () => void report(() => work(desk, key)),
    });
  return disclosureMenu({
    name: `menu:${key.id}`,
    label: t('Change {name}', { name: key.label }),
    kind: 'icon-button',
    face: [icon('dots')],
    items: [
      item('rename', t('Rename'), renameKey),
      key.archivedAt === undefined
        ? item('archive', t('Archive'), archiveKey)
        : item('archive', t('Restore'), restoreKey),
      item('receipt', t('Download receipt'), downloadReceipt),
      item('export', t('Export…'), exportKey),
    ],
  });
}
