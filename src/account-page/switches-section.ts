/** Shows two switches for signing without a prompt, and explains each. */
import { element } from '../pages/element.js';
import type { Account, changePreferences } from '../api/account.js';
import { callService } from '../pages/service-api.js';
import type { Desk } from './desk.js';
import { Section } from './section.js';

type Switch = {
  readonly name: 'autoSignEnabled' | 'delegateSignEnabled';
  readonly title: string;
  readonly meaning: string;
};

const SWITCHES: readonly Switch[] = [
  {
    name: 'autoSignEnabled',
    title: 'Set up my account when an app signs me in',
    meaning:
      'After you approve the sign-in of an app, your key also signs the ten requests that set up your TinyCloud account, without a prompt for each. If this is off, only what you approve is signed, and apps ask for more later.',
  },
  {
    name: 'delegateSignEnabled',
    title: 'Let listed apps set up my account without a click',
    meaning:
      'For apps on this service’s list, exactly those ten requests are signed without showing a screen. Nothing else is ever signed this way. If this is off, every signature needs your approval.',
  },
];

/** The section of the switches. */
export class SwitchesSection extends Section {
  readonly #desk: Desk;

  constructor(desk: Desk) {
    super(
      'switches',
      'Signing without a prompt',
      'Turning one on requires a recent sign-in. You can turn it off at any time.',
    );
    this.#desk = desk;
  }

  update(account: Account): void {
    this.show(
      element('ul', { class: 'cards' }, ...SWITCHES.map((each) => this.#row(each, account))),
    );
  }

  #row({ name, title, meaning }: Switch, account: Account): HTMLElement {
    const isOn = account[name];
    const toggle = element(
      'button',
      {
        type: 'button',
        class: 'switch',
        role: 'switch',
        'aria-checked': String(isOn),
        'aria-labelledby': `${name}-title`,
        'aria-describedby': `${name}-meaning`,
        'data-do': name,
        onclick: () => void this.run(() => this.#set(name, !isOn)),
      },
      element('span', { class: 'track', 'aria-hidden': 'true' }),
      element('span', { 'aria-hidden': 'true' }, isOn ? 'On' : 'Off'),
    );
    return element(
      'li',
      { class: 'card switch-row' },
      element(
        'div',
        {},
        element('h3', { id: `${name}-title` }, title),
        element('p', { id: `${name}-meaning`, class: 'quiet' }, meaning),
      ),
      toggle,
    );
  }

  async #set(name: Switch['name'], isOn: boolean): Promise<string> {
    const desk = this.#desk;
    await desk.change(() =>
      callService<typeof changePreferences>('PATCH', '/api/account', { [name]: isOn }),
    );
    await desk.refresh();
    return isOn ? 'It is now on.' : 'It is now off.';
  }
}
