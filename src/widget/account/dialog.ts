/**
 * A question over the page: the browser keeps the focus inside, Escape says no, and afterwards who was asked is where they
 * were. While something is under way it can not be closed: how it ends would be said to nobody.
 */
import { type Child, element, notice } from '../element.js';
import { codeOf, WidgetError } from '../widget-error.js';
import { sentenceOf } from './section.js';

export type DialogParts = {
  readonly title: string;
  readonly body: readonly Child[];
  /** Beside "Cancel". */
  readonly actions: readonly HTMLButtonElement[];
  /** Enter was pressed, or the button of the form. */
  readonly onSubmit?: () => void;
  readonly resolve: () => void;
  readonly reject: (reason: WidgetError) => void;
};

export type Dialog = {
  readonly node: HTMLElement;
  say(text: string, code?: string): void;
  /** Does it, resolves and closes; stays and says why where it could not be done. */
  run(work: () => Promise<void>, waitWords: string): Promise<void>;
};

let count = 0;

/** Opens a dialog; it rejects ERR_USER_REJECTED where the person said no. */
export function openDialog(parts: DialogParts): Dialog {
  const { title, body, actions, onSubmit, resolve, reject } = parts;
  count += 1;
  const id = `dialog-${count}`;
  const said = notice();
  let isBusy = false;
  const stop = (): void => {
    if (isBusy) return;
    close();
    reject(new WidgetError('ERR_USER_REJECTED'));
  };
  const cancel = element('button', { type: 'button', class: 'plain', onclick: stop }, 'Cancel');
  const submit = (event: Event): void => {
    event.preventDefault();
    if (!isBusy) onSubmit?.();
  };
  const form = element(
    'form',
    { novalidate: true, onsubmit: submit },
    element('h2', { id }, title),
    ...body,
    said.node,
    element('div', { class: 'actions' }, cancel, ...actions),
  );
  const refuse = (event: Event): void => {
    event.preventDefault();
    stop();
  };
  const node = element('dialog', { 'aria-labelledby': id, oncancel: refuse }, form);
  const close = (): void => {
    node.close();
    node.remove();
  };
  const setBusy = (busy: boolean): void => {
    isBusy = busy;
    for (const each of node.querySelectorAll('button')) each.disabled = busy;
  };
  const run: Dialog['run'] = async (work, waitWords) => {
    const { activeElement } = document;
    setBusy(true);
    said.say(waitWords);
    try {
      await work();
      close();
      resolve();
    } catch (error) {
      setBusy(false);
      if (codeOf(error) === 'ERR_USER_REJECTED') said.say('Nothing was changed.');
      else said.say(sentenceOf(error), codeOf(error));
      if (activeElement instanceof HTMLElement) activeElement.focus();
    }
  };
  document.body.append(node);
  node.showModal();
  return { node, say: (text, code) => said.say(text, code), run };
}
