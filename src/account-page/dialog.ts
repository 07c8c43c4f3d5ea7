/**
 * A modal question: the browser keeps the focus inside, Escape cancels, and afterwards the focus
 * returns to where it was. While an action is in progress, the dialog cannot be closed, because its
 * result would not be visible.
 */
import { type Child, element, notice } from '../pages/element.js';
import { codeOf, PageError, sentenceOf } from '../pages/page-error.js';
import { foldedCode } from './parts.js';
import { t } from '../pages/translate.js';

/** What a dialog consists of. */
export type DialogParts = {
  readonly title: string;
  readonly body: readonly Child[];
  /** The label of the button that cancels. */
  readonly cancel?: string;
  /** Whether only its actions close it, because what it shows is never shown again. */
  readonly hasNoCancel?: boolean;
  /** Shown beside the button that cancels. */
  readonly actions: readonly HTMLButtonElement[];
  /** Called for Enter and for the button of the form. */
  readonly onSubmit?: () => void;
  readonly resolve: () => void;
  /** Called with ERR_USER_REJECTED if the person cancels. */
  readonly reject: (reason: PageError) => void;
};

/**
 * The code of a text that the person must correct. It is no error of the service, so it has no
 * details.
 */
export const FIELD_ERROR = 'ERR_FIELD';

let count = 0;

/** One modal question. */
export class Dialog {
  readonly node: HTMLDialogElement;
  readonly #parts: DialogParts;
  readonly #said = notice();
  readonly #details = element('div', { hidden: true });
  #isBusy = false;
  #isClosed = false;

  constructor(parts: DialogParts) {
    const { title, body, actions, cancel: cancelText = t('Cancel'), onSubmit } = parts;
    this.#parts = parts;
    count += 1;
    const id = `dialog-${count}`;
    const stop = (event: Event): void => {
      event.preventDefault();
      this.#stop();
    };
    const submit = (event: Event): void => {
      event.preventDefault();
      if (!this.#isBusy) onSubmit?.();
    };
    const cancel = element(
      'button',
      { type: 'button', class: 'button plain', onclick: stop },
      cancelText,
    );
    const form = element(
      'form',
      { novalidate: true, onsubmit: submit },
      element('h2', { id }, title),
      ...body,
      this.#said.node,
      this.#details,
      element(
        'div',
        { class: 'actions' },
        parts.hasNoCancel === true ? undefined : cancel,
        ...actions,
      ),
    );
    this.node = element(
      'dialog',
      { 'aria-labelledby': id, oncancel: stop, onclose: () => this.#onClose() },
      form,
    );
    document.body.append(this.node);
    this.node.showModal();
  }

  say(text: string, code?: string): void {
    this.#said.say(text, code);
    const isError = code !== undefined && code !== FIELD_ERROR;
    this.#details.hidden = !isError;
    this.#details.replaceChildren(...(isError ? [foldedCode(code)] : []));
  }

  /**
   * Performs an action, then resolves and closes. If the action fails, the dialog stays and shows
   * why.
   */
  async run(work: () => Promise<void>, waitWords: string): Promise<void> {
    const { activeElement } = document;
    this.#setBusy(true);
    this.say(waitWords);
    try {
      await work();
      this.#close();
      this.#parts.resolve();
    } catch (error) {
      this.#setBusy(false);
      if (codeOf(error) === 'ERR_USER_REJECTED') this.say(t('Nothing was changed.'));
      else this.say(sentenceOf(error), codeOf(error));
      if (activeElement instanceof HTMLElement) activeElement.focus();
    }
  }

  #stop(): void {
    if (this.#isBusy || this.#parts.hasNoCancel === true) return;
    this.#close();
    this.#parts.reject(new PageError('ERR_USER_REJECTED'));
  }

  /** A browser closes a dialog at the second Escape in a row, even if the first one was refused. */
  #onClose(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.node.remove();
    this.#parts.reject(new PageError('ERR_USER_REJECTED'));
  }

  #close(): void {
    this.#isClosed = true;
    this.node.close();
    this.node.remove();
  }

  #setBusy(isBusy: boolean): void {
    this.#isBusy = isBusy;
    for (const each of this.node.querySelectorAll('button')) each.disabled = isBusy;
  }
}
