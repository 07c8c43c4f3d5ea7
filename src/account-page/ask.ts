/**
 * Asks before something is changed. An error appears in the dialog, which keeps everything that the
 * person typed.
 */
import { type Child, element } from '../pages/element.js';
import { Dialog, FIELD_ERROR } from './dialog.js';
import { t } from '../pages/translate.js';

/** A question to the person. */
export type Question = {
  readonly title: string;
  readonly body: readonly Child[];
  /** The label of the button that confirms. */
  readonly action: string;
  /** The label of the button that changes nothing, "Cancel" by default. */
  readonly cancel?: string;
  readonly isDanger?: boolean;
  /** A text to type. With `expected`, only that text is accepted. */
  readonly field?: {
    readonly label: string;
    readonly value?: string;
    readonly expected?: string;
  };
  /** Performs the action with the typed text. If it rejects, the dialog stays open. */
  readonly run: (text: string) => Promise<void>;
};

const MAX_NAME = 100;

/** Asks, and resolves when the action is done. Rejects ERR_USER_REJECTED if the person cancels. */
export function ask(question: Question): Promise<void> {
  const { title, body, action, cancel, isDanger = false, field, run } = question;
  const input = element('input', {
    type: 'text',
    maxlength: String(MAX_NAME),
    autocomplete: 'off',
    spellcheck: 'false',
    value: field?.value ?? '',
  });
  const label = element('label', {}, field?.label ?? '', input);
  const confirm = element(
    'button',
    { type: 'submit', class: `button ${isDanger ? 'danger' : 'primary'}` },
    action,
  );
  return new Promise((resolve, reject) => {
    const dialog = new Dialog({
      title,
      body: [...body, field === undefined ? undefined : label],
      actions: [confirm],
      ...(cancel === undefined ? {} : { cancel }),
      resolve,
      reject,
      onSubmit: () => {
        const text = input.value.trim();
        const problem = problemOf(question, text);
        if (problem === undefined) {
          void dialog.run(() => run(text), t('One moment…'));
          return;
        }
        dialog.say(problem, FIELD_ERROR);
        input.focus();
      },
    });
    if (field === undefined) return;
    input.focus();
    input.select();
  });
}

function problemOf({ field }: Question, text: string): string | undefined {
  if (field === undefined) return undefined;
  if (field.expected === undefined) return text === '' ? t('Enter a text.') : undefined;
  return text === field.expected ? undefined : t('Enter: {phrase}', { phrase: field.expected });
}
