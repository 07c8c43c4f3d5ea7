/**
 * A part of the page: a heading with an anchor, its content, and a line for messages. The line has
 * reserved space and stays visible while the section is, so that the layout does not shift and
 * messages are seen.
 */
import { type Child, element, notice } from '../pages/element.js';
import { codeOf, toWireError } from '../pages/page-error.js';

/** Returns the service's sentence, followed by its code for support. */
export const sentenceOf = (error: unknown): string =>
  `${toWireError(error).message} (${codeOf(error)})`;

let lastSaid: ReturnType<typeof notice> | undefined;

/** A section of the page. */
export class Section {
  readonly title: string;
  readonly node: HTMLElement;
  readonly #heading: HTMLElement;
  readonly #body = element('div', { class: 'body' });
  readonly #said = notice();

  /**
   * `saidAt`: whether the message line is at the end, where it stays visible, or at the beginning,
   * where it covers nothing.
   */
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

  /** Replaces the content. The focus moves to the same control in the new content. */
  show(...children: readonly Child[]): void {
    const { activeElement } = document;
    const at = this.#body.contains(activeElement)
      ? (activeElement?.getAttribute('data-do') ?? '')
      : undefined;
    this.#body.replaceChildren(...children.filter((child) => child !== undefined));
    if (at !== undefined) this.focus(at);
  }

  /** Moves the focus to a control by its name, or to the heading if the control is gone. */
  focus(name: string): void {
    const found = this.#body.querySelector<HTMLElement>(`[data-do="${CSS.escape(name)}"]`);
    (found ?? this.#heading).focus();
  }

  /** Shows a message, and removes the previous message of every section. */
  say(sentence: string, code?: string): void {
    if (lastSaid !== this.#said) lastSaid?.say('');
    lastSaid = this.#said;
    this.#said.say(sentence, code);
  }

  /**
   * Shows content that must be loaded first. If loading fails, the error is shown, and the rest of
   * the page works.
   */
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

  /** Performs an action of the person, and reports its result. */
  async run(work: () => Promise<string | undefined>): Promise<void> {
    try {
      this.say((await work()) ?? '');
    } catch (error) {
      if (codeOf(error) === 'ERR_USER_REJECTED') this.say('Nothing was changed.');
      else this.say(sentenceOf(error), codeOf(error));
    }
  }
}

/** Returns a button with a name that stays the same when it is drawn again. */
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

/** Returns a label beside a heading. Screen readers need the space. */
export const badge = (word: string): HTMLElement =>
  element('span', {}, ' ', element('span', { class: 'badge' }, word));

/** Returns facts as pairs of a name and a value. `long` is for names that need their own line. */
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
