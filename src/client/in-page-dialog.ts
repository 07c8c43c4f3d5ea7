/**
 * A dialog of the client in the app's page, for the two moments when no page of the service can be
 * shown: before a window opens, and where the service refuses the app.
 */
import { addStyle } from './dialog-style.js';

/** What a dialog shows. The first button is the one that a person is expected to press. */
export type InPageDialog = {
  readonly title: string;
  readonly text: string;
  readonly buttons: readonly { readonly text: string; readonly onPress: () => void }[];
  /** Called when the person presses Escape. */
  readonly onCancel: () => void;
};

/** Shows a dialog, and returns a function that removes it. */
export function showDialog({ title, text, buttons, onCancel }: InPageDialog): () => void {
  addStyle();
  const dialog = document.createElement('dialog');
  dialog.className = 'sealwright sealwright-notice';
  dialog.ariaLabel = title;
  const heading = part('h2', title);
  const actions = document.createElement('div');
  actions.append(
    ...buttons.map((each) => {
      const button = part('button', each.text);
      button.addEventListener('click', each.onPress);
      return button;
    }),
  );
  dialog.append(heading, part('p', text), actions);
  dialog.addEventListener('cancel', onCancel);
  document.body.append(dialog);
  dialog.showModal();
  return () => dialog.remove();
}

function part(name: 'h2' | 'p' | 'button', text: string): HTMLElement {
  const made = document.createElement(name);
  if (made instanceof HTMLButtonElement) made.type = 'button';
  made.textContent = text;
  return made;
}
