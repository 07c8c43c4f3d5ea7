import { button, element } from '../../pages/element.js';
import { icon } from '../../pages/icons.js';
import {
  createAccountWithPasskey,
  offersInField,
  signInWithPasskey,
  suggestedPasskeyName,
} from '../../pages/passkeys.js';
import type { ConnectFlow } from './connect-flow.js';
import { t } from '../../pages/translate.js';

const MAX_NAME_LENGTH = 60;

/**
 * Creates an account with a passkey that the person names. Where the browser can, its list at the
 * field offers the passkeys that exist, so that a person who has an account does not create
 * another.
 */
export function createView({ go, attempt }: ConnectFlow): HTMLElement {
  const search = new AbortController();
  const field = element('input', {
    id: 'passkey-name',
    name: 'passkey-name',
    value: suggestedPasskeyName(),
    autocomplete: 'username webauthn',
    maxlength: String(MAX_NAME_LENGTH),
    spellcheck: 'false',
    'aria-describedby': 'passkey-name-hint',
  });
  const create = button(t('Create with a passkey'), 'primary', () => {
    search.abort();
    const name = field.value.trim() === '' ? suggestedPasskeyName() : field.value.trim();
    void attempt(t('Follow the instructions of your browser.'), () =>
      createAccountWithPasskey(name),
    );
  });
  create.prepend(icon('passkey'));
  create.dataset['answer'] = 'create';
  const back = button(t('Back'), 'text', () => {
    search.abort();
    go('start');
  });
  field.addEventListener('keydown', ({ key }) => {
    if (key === 'Enter') create.click();
  });
  field.addEventListener('focus', () => void offerKnown(search.signal, attempt), { once: true });
  return element(
    'div',
    { class: 'body' },
    element('h1', {}, t('Create an account')),
    element(
      'p',
      { class: 'quiet' },
      t('It starts empty. If you have an account already, go back and continue with its passkey.'),
    ),
    element(
      'div',
      { class: 'field' },
      element('label', { for: 'passkey-name' }, t('Name for your passkey')),
      field,
      element(
        'span',
        { class: 'quiet', id: 'passkey-name-hint' },
        t('You see this name when you sign in.'),
      ),
    ),
    element('div', { class: 'stack' }, create, back),
  );
}

/** Signs in if the person picks a passkey in the browser's list at the field. */
async function offerKnown(inField: AbortSignal, attempt: ConnectFlow['attempt']): Promise<void> {
  if (!(await offersInField()) || inField.aborted) return;
  try {
    await signInWithPasskey({ inField });
  } catch {
    // Nothing was picked, or the search was aborted. The person goes on with the field.
    return;
  }
  await attempt('', async () => undefined);
}
