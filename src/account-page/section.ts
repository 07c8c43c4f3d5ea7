/**
 * A section of the page, which loads on its own. Its heading and a skeleton are there at once, and
 * what it loads comes in below without moving what is above. A section of level 1 is a screen of
 * the page, and one of level 2 is a card on a screen.
 */
import { type Child, element } from '../pages/element.js';
import { codeOf, sentenceOf } from '../pages/page-error.js';
import { control, foldedCode } from './parts.js';
import { t } from '../pages/translate.js';

/** What a section consists of. */
export type SectionParts = {
  readonly id: string;
  readonly title: string;
  readonly level: 1 | 2;
  readonly intro?: string;
  /** A control beside the heading. */
  readonly action?: Child;
};

/** A section of the page. */
export class Section {
  readonly id: string;
  readonly title: string;
  readonly node: HTMLElement;
  readonly #heading: HTMLElement;
  readonly #body = element('div', { class: 'section-body' }, skeleton());

  constructor({ id, title, level, intro, action }: SectionParts) {
    this.id = id;
    this.title = title;
    this.#heading = element(`h${level}`, { id: `${id}-title`, tabindex: '-1' }, title);
    this.node = element(
      'section',
      { id, class: level === 1 ? 'screen' : 'card', 'aria-labelledby': `${id}-title` },
      element(
        'div',
        { class: 'head' },
        this.#heading,
        action,
        intro === undefined ? undefined : element('p', {}, intro),
      ),
      this.#body,
    );
  }

  /** Replaces the content. The focus moves to the same control in the new content. */
  show(...children: readonly Child[]): void {
    const { activeElement } = document;
    const name = this.#body.contains(activeElement)
      ? (activeElement?.getAttribute('data-do') ?? '')
      : undefined;
    this.#body.replaceChildren(...children.filter((child) => child !== undefined));
    if (name !== undefined) this.focus(name);
  }

  /** Moves the focus to a control by its name, or to the heading if there is no such control. */
  focus(name = ''): void {
    const found = this.#body.querySelector<HTMLElement>(`[data-do="${CSS.escape(name)}"]`);
    const isSeen = found?.checkVisibility() ?? false;
    (isSeen ? found : this.#heading)?.focus();
  }

  /**
   * Shows content that must be loaded first. If loading fails, the section shows the error, and the
   * rest of the page works.
   */
  async load(read: () => Promise<void>): Promise<void> {
    try {
      await read();
    } catch (error) {
      this.show(
        element(
          'div',
          { class: 'next bad', role: 'alert' },
          element('div', {}, element('p', {}, sentenceOf(error)), foldedCode(codeOf(error))),
          control({
            name: `load:${this.id}`,
            text: t('Try again'),
            onClick: () => void this.load(read),
          }),
        ),
      );
    }
  }
}

/** Returns the gray lines that stand where content will be. */
const skeleton = (): HTMLElement =>
  element(
    'div',
    { class: 'skeleton', 'aria-hidden': 'true' },
    ...[1, 2, 3].map(() => element('i')),
  );
