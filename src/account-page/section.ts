/**
 * A part of the page: a heading that can be jumped to, what is shown below it, and a line where what happened is said. That line
 * has its room beforehand, and stays in sight for as long as the part is: nothing jumps, and nothing is said out of sight.
 */
import { type Child, element, notice } from '../pages/element.js';
import { codeOf, toWireError } from '../pages/page-error.js';

/** The service's sentence, with its code for those who ask about it. */
export const sentenceOf = (error: unknown): string =>
  `${toWireError(error).message} (${codeOf(error)})`;

let lastSaid: ReturnType<typeof notice> | undefined;

export class Section {
  readonly title: string;
  readonly node: HTMLElement;
  readonly #heading: HTMLElement;
  readonly #body = element('div', { class: 'body' });
  readonly #said = notice();

  /** `saidAt`: at the end, where it stays in sight; or at the beginning, where nothing is covered by it. */
  constructor(id: string, title: string, intro: string, saidAt: 'beginning' | 'end' = 'end') {
    this.title = title;
    this.#heading = element('h2', { id: `${id}-title`, tabindex: '-1' }, title);
    this.node = element(
      'section',
      { id, class: 'part', 'aria-labelledby': `${id}-title` },
      this.#heading,
      element('p', {}, intro),
      ...(saidAt === 'end' ? [this.#body, this.#said.node] : [this.#said.node, this.#body]),
    );
  }

  /** Puts new content in place of the old; who was at a control is at the same one again. */
  show(...children: readonly Child[]): void {
    const { activeElement } = document;
    const at = this.#body.contains(activeElement)
      ? (activeElement?.getAttribute('data-do') ?? '')
      : undefined;
    this.#body.replaceChildren(...children.filter((child) => child !== undefined));
    if (at !== undefined) this.focus(at);
  }

  /** Goes to a control by its name; to the heading where it is gone. */
  focus(name: string): void {
    const found = this.#body.querySelector<HTMLElement>(`[data-do="${CSS.escape(name)}"]`);
    (found ?? this.#heading).focus();
  }

  /** What was said before is over, wherever on the page it was. */
  say(sentence: string, code?: string): void {
    if (lastSaid !== this.#said) lastSaid?.say('');
    lastSaid = this.#said;
    this.#said.say(sentence, code);
  }

  /** Shows what has to be read first; where that fails, why, and the rest of the page is as it is. */
  async load(read: () => Promise<void>): Promise<void> {
    try {
      await read();
    } catch (error) {
      this.show(
        element('p', { class: 'alert', role: 'alert' }, sentenceOf(error)),
        control('load', 'Try again', 'plain', () => void this.load(read)),
      );
    }
  }

  /** Does what a person asked for, and says how it went. */
  async run(work: () => Promise<string | undefined>): Promise<void> {
    try {
      this.say((await work()) ?? '');
    } catch (error) {
      if (codeOf(error) === 'ERR_USER_REJECTED') this.say('Nothing was changed.');
      else this.say(sentenceOf(error), codeOf(error));
    }
  }
}

/** A button with a name that stays the same however often it is drawn. */
export function control(
  name: string,
  text: string,
  kind: 'primary' | 'plain' | 'danger',
  onClick: () => void,
  label?: string,
): HTMLButtonElement {
  return element(
    'button',
    {
      type: 'button',
      class: kind,
      'data-do': name,
      ...(label === undefined ? {} : { 'aria-label': label }),
      onclick: onClick,
    },
    text,
  );
}

/** A word beside a heading; the space is for those who listen. */
export const badge = (word: string): HTMLElement =>
  element('span', {}, ' ', element('span', { class: 'badge' }, word));

/** Facts as pairs of a name and what is known; `long`: of names that need a line of their own. */
export function facts(
  pairs: readonly (readonly [string, Child] | undefined)[],
  kind: 'short' | 'long' = 'short',
): HTMLDListElement {
  const known = pairs.filter((pair) => pair !== undefined);
  return element(
    'dl',
    { class: kind },
    ...known.map(([name, value]) =>
      element('div', {}, element('dt', {}, name), element('dd', {}, value)),
    ),
  );
}
