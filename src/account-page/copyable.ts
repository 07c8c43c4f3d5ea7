/** Copies a text to the clipboard. */
import { element } from '../pages/element.js';
import { icon } from '../pages/icons.js';
import { t } from '../pages/translate.js';

/** How long a button says that it copied. */
const SAID_MS = 2_500;

/** What a button copies. */
export type CopyParts = {
  readonly text: string;
  /** The accessible name. */
  readonly label: string;
  /** The text on the page, which is selected where the browser refuses to copy. */
  readonly shown: HTMLElement;
  /** The text of the button. */
  readonly face?: string;
};

/** Returns a button that copies a text. */
export function copyButton({ text, label, shown, face = t('Copy') }: CopyParts): HTMLButtonElement {
  const word = element('span', { role: 'status' }, face);
  const made = element('button', { type: 'button', class: 'button plain', 'aria-label': label });
  const tell = (said: string): void => {
    word.textContent = said;
    setTimeout(() => {
      word.textContent = face;
    }, SAID_MS);
  };
  made.addEventListener('click', () => {
    navigator.clipboard.writeText(text).then(
      () => tell(t('Copied')),
      () => {
        getSelection()?.selectAllChildren(shown);
        tell(t('Selected'));
      },
    );
  });
  made.append(icon('copy'), word);
  return made;
}

/** Returns a command with a button that copies it. `what` names the text for screen readers. */
export function copyable(text: string, what: string): HTMLElement {
  const code = element('code', {}, text);
  return element(
    'div',
    { class: 'command' },
    code,
    copyButton({ text, label: t('Copy {what}', { what }), shown: code }),
  );
}
