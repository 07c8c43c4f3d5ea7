/** Shows two switches for signing without a prompt. Turning one on says first what changes. */
import type { Account, changePreferences } from '../api/account.js';
import { element } from '../pages/element.js';
import { callService } from '../pages/service-api.js';
import { ask } from './ask.js';
import type { Desk } from './desk.js';
import { quiet, row } from './parts.js';
import { report } from './said.js';
import { Section } from './section.js';
import { t } from '../pages/translate.js';

type Switch = {
  readonly name: 'autoSignEnabled' | 'delegateSignEnabled';
  readonly title: string;
  readonly on: string;
  readonly off: string;
  /** What changes when it is turned on. */
  readonly changes: readonly string[];
};

const SWITCHES: readonly Switch[] = [
  {
    name: 'autoSignEnabled',
    title: t('Set up my storage when I approve an app'),
    on: t(
      'One approval also signs the ten requests that create your storage. Nothing else is signed without you.',
    ),
    off: t('Only what you approve is signed. Apps ask you again for the setup.'),
    changes: [
      t(
        'After you approve the sign-in of an app, your key also signs the ten requests that set up your TinyCloud account, without a prompt for each.',
      ),
      t('Nothing else is signed this way.'),
    ],
  },
  {
    name: 'delegateSignEnabled',
    title: t('Let listed apps set up my storage without a click'),
    on: t(
      'Apps on this service’s list can have exactly those ten requests signed without showing a screen.',
    ),
    off: t('Every signature needs your approval.'),
    changes: [
      t(
        'An app on this service’s list can have the ten requests of the setup signed without showing you a screen.',
      ),
      t('Nothing else is ever signed this way: the app gets no rights to your storage by it.'),
      t('You can turn this off at any time.'),
    ],
  },
];

/** The card of the switches. */
export class SwitchesCard extends Section {
  readonly #desk: Desk;

  constructor(desk: Desk) {
    super({ id: 'switches', level: 2, title: t('Signing without asking') });
    this.node.classList.add('flush');
    this.#desk = desk;
  }

  update(account: Account): void {
    this.show(
      element(
        'ul',
        { class: 'rows' },
        ...SWITCHES.map((each) => this.#row(each, account[each.name])),
      ),
    );
  }

  #row(each: Switch, isOn: boolean): HTMLElement {
    const { name, title, on, off } = each;
    const toggle = element('button', {
      type: 'button',
      class: 'switch',
      role: 'switch',
      'aria-checked': String(isOn),
      'aria-labelledby': `${name}-title`,
      'aria-describedby': `${name}-meaning`,
      'data-do': name,
      onclick: () => void report(() => (isOn ? this.#set(name, false) : this.#turnOn(each))),
    });
    const text = quiet(isOn ? on : off);
    text.id = `${name}-meaning`;
    return row({
      title: [element('span', { id: `${name}-title` }, title)],
      lines: [text],
      controls: [toggle],
    });
  }

  async #turnOn({ name, title, changes }: Switch): Promise<string> {
    await ask({
      title: t('Turn on “{title}”?', { title }),
      body: [
        element('ul', { class: 'bullets' }, ...changes.map((each) => element('li', {}, each))),
      ],
      action: t('Turn on'),
      run: () => this.#save(name, true),
    });
    await this.#desk.refresh();
    return t('It is now on.');
  }

  async #set(name: Switch['name'], isOn: boolean): Promise<string> {
    await this.#save(name, isOn);
    await this.#desk.refresh();
    return isOn ? t('It is now on.') : t('It is now off.');
  }

  async #save(name: Switch['name'], isOn: boolean): Promise<void> {
    await this.#desk.change(() =>
      callService<typeof changePreferences>('PATCH', '/api/account', { [name]: isOn }),
    );
  }
}
