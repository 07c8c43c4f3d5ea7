import { button, element } from '../../pages/element.js';
import { frameBar } from './frame-bar.js';

type Choice = { readonly text: string; readonly onChoose: () => void };

/** Creates a screen with a heading, a sentence, and at most two buttons. */
export function messageScreen(
  heading: string,
  text: string,
  choices: readonly Choice[] = [],
): HTMLElement {
  const buttons = choices.map(({ text: label, onChoose }, at) =>
    button(label, at === 0 ? 'primary' : 'plain', onChoose),
  );
  return element(
    'section',
    { class: 'message' },
    frameBar(),
    element('div', { class: 'body' }, element('h1', {}, heading), element('p', {}, text)),
    buttons.length === 0
      ? undefined
      : element('footer', { class: 'answers' }, element('div', { class: 'stack' }, ...buttons)),
  );
}
