/** Questions before something is changed. What goes wrong is said in the dialog, where all that was written still is. */
import { type Child, element } from '../pages/element.js';
import { Dialog } from './dialog.js';

export type Question = {
  readonly title: string;
  readonly body: readonly Child[];
  /** What the button says that does it. */
  readonly action: string;
  readonly isDanger?: boolean;
  /** A text that is asked for; `expected`: the only one that counts. */
  readonly field?: {
    readonly label: string;
    readonly value?: string;
    readonly expected?: string;
  };
  /** Does it, with what was written. While it rejects, the question stays. */
  readonly run: (text: string) => Promise<void>;
};

const MAX_NAME = 100;

/** Asks, and resolves when it was done. Rejects ERR_USER_REJECTED where the person said no. */
export function ask(question: Question): Promise<void> {
  const { title, body, action, isDanger = false, field, run } = question;
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
    { type: 'submit', class: isDanger ? 'danger' : 'primary' },
    action,
  );
  return new Promise((resolve, reject) => {
    const dialog = new Dialog({
      title,
      body: [...body, field === undefined ? undefined : label],
      actions: [confirm],
      resolve,
      reject,
      onSubmit: () => {
        const text = input.value.trim();
        const problem = problemOf(question, text);
        if (problem === undefined) {
          void dialog.run(() => run(text), 'One moment…');
          return;
        }
        dialog.say(problem, 'ERR_FIELD');
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
  if (field.expected === undefined) return text === '' ? 'Please write something.' : undefined;
  return text === field.expected ? undefined : `Please write: ${field.expected}`;
}
