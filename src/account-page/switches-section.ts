/** What may be signed without asking: two switches, with what each means. */
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
      'After you approve the sign-in of an app, your key also signs the ten requests that set up your TinyCloud account, without asking for each. Off: only what you approve is signed, and apps ask for more later.',
  },
  {
    name: 'delegateSignEnabled',
    title: 'Let listed apps set up my account without a click',
    meaning:
      'Apps that this service lists get exactly those ten requests signed, without any screen. Nothing else is ever signed that way. Off: every signature needs you.',
  },
];

export class SwitchesSection extends Section {
  readonly #desk: Desk;

  constructor(desk: Desk) {
    super(
      'switches',
      'Signing without asking',
      'Switching on takes a fresh proof that you are there. Switching off never waits.',
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
    return isOn ? 'It is on.' : 'It is off.';
  }
}
