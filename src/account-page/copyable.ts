/** A command to copy. */
import { button, element } from '../pages/element.js';

/** `what`: of which the text is, for those who listen. */
export function copyable(text: string, what: string): HTMLElement {
  const code = element('code', {}, text);
  const said = element('span', { class: 'aside', role: 'status' });
  const copy = button('Copy', 'plain', () => {
    navigator.clipboard.writeText(text).then(
      () => tell('Copied'),
      () => {
        // The browser did not let us: it is selected, so that the person can.
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
