import { element } from '../../pages/element.js';
import { icon } from '../../pages/icons.js';

/** A row that leads somewhere. */
export type ChoiceRow = {
  /** The name by which a test finds the row. */
  readonly name: string;
  readonly picture: Element;
  readonly title: string;
  readonly detail?: string;
  readonly onChoose: () => void;
};

/** Creates a list of choices, each with a picture, a title, and an arrow. */
export const choiceList = (rows: readonly ChoiceRow[]): HTMLElement =>
  element(
    'ul',
    { class: 'choices' },
    ...rows.map(({ name, picture, title, detail, onChoose }) =>
      element(
        'li',
        {},
        element(
          'button',
          { type: 'button', class: 'choice', 'data-choice': name, onclick: onChoose },
          picture,
          element(
            'span',
            {},
            element('b', {}, title),
            detail === undefined ? undefined : element('small', {}, detail),
          ),
          icon('arrow'),
        ),
      ),
    ),
  );
