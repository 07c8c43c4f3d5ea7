/** Shows a command with a button that copies it. */
import { button, element } from '../pages/element.js';

/** Returns the element. `what` names the text for screen readers. */
export function copyable(text: string, what: string): HTMLElement {
  const code = element('code', {}, text);
  const said = element('span', { class: 'aside', role: 'status' });
  const copy = button('Copy', 'plain', () => {
    navigator.clipboard.writeText(text).then(
      () => tell('Copied'),
      () => {
        // The browser refused to copy, so the text is selected for the person to copy.
        getSelection()?.selectAllChildren(code);
        tell('Selected');
      },
    );
  });
  copy.setAttribute('aria-label', `Copy ${what}`);
  const tell = (word: string): void => {
    copy.textContent = word;
    said.textContent = word;
  };
  return element('div', { class: 'command' }, code, copy, said);
}
