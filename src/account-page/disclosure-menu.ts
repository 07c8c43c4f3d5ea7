/**
 * A button that opens a short list of actions. Escape, an action or a move of the focus away closes
 * it.
 */
import { type Child, element } from '../pages/element.js';

/** What a menu consists of. */
export type MenuParts = {
  /** The name of the button, which stays the same when it is drawn again. */
  readonly name: string;
  /** The accessible name of the button, where its content is only a picture. */
  readonly label?: string;
  readonly kind: string;
  readonly face: readonly Child[];
  readonly items: readonly Child[];
};

/** Returns the button with its list. */
export function disclosureMenu({ name, label, kind, face, items }: MenuParts): HTMLElement {
  const list = element(
    'ul',
    { hidden: true },
    ...items.filter((item) => item !== undefined).map((item) => element('li', {}, item)),
  );
  const opener = element(
    'button',
    {
      type: 'button',
      class: kind,
      'data-do': name,
      'aria-expanded': 'false',
      ...(label === undefined ? {} : { 'aria-label': label }),
      onclick: () => set(list.hidden !== false),
    },
    ...face,
  );
  const set = (isOpen: boolean): void => {
    list.hidden = !isOpen;
    opener.setAttribute('aria-expanded', String(isOpen));
  };
  const node = element('div', { class: 'menu' }, opener, list);
  node.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape' || list.hidden) return;
    event.stopPropagation();
    set(false);
    opener.focus();
  });
  node.addEventListener('focusout', ({ relatedTarget }) => {
    if (relatedTarget instanceof Node && !node.contains(relatedTarget)) set(false);
  });
  document.addEventListener('pointerdown', ({ target }) => {
    if (!list.hidden && target instanceof Node && !node.contains(target)) set(false);
  });
  // The button has the focus before the action begins, so that a dialog returns the focus to it.
  list.addEventListener(
    'click',
    () => {
      opener.focus();
      set(false);
    },
    { capture: true },
  );
  return node;
}
