/**
 * The account page: everything that a person can see and change in their account, and what can be
 * known about the service.
 *
 * It is a separate page that no other page can embed. Like the widget, it uses the service with a
 * cookie that no script can read. It shows the service's refusals in the service's words, and shows
 * no change as made before the service has confirmed it.
 */
import { button, type Child, element } from '../pages/element.js';
import { codeOf, sentenceOf } from '../pages/page-error.js';
import { EvidenceCard } from './evidence-card.js';
import { foldedCode } from './parts.js';
import { findAccount } from './read-account.js';
import { saidLine, say } from './said.js';
import { header } from './shell.js';
import { remainsOf, signInScreen } from './sign-in-screen.js';
import { showAccount } from './signed-in.js';
import { t } from '../pages/translate.js';

const page = document.querySelector<HTMLElement>('#account') ?? document.body;
const evidence = new EvidenceCard();

function showSignedOut(focus: string | undefined, ...before: readonly Child[]): void {
  page.dataset['view'] = 'signed-out';
  say('');
  page.replaceChildren(
    header(),
    element(
      'main',
      { id: 'main' },
      ...before.filter((each) => each !== undefined),
      signInScreen(() => open(true)),
      evidence.node,
      saidLine,
    ),
  );
  if (focus !== undefined) document.getElementById(focus)?.focus();
}

async function open(isNew: boolean): Promise<void> {
  const account = await findAccount();
  if (account === undefined) {
    showSignedOut(undefined);
    return;
  }
  const onLeave: Parameters<typeof showAccount>[0]['onLeave'] = (remains) => {
    if (remains === undefined) showSignedOut('sign-in-title');
    else showSignedOut('remains', remainsOf(remains));
  };
  showAccount({ page, account, evidence, onLeave }, isNew);
}

open(false).catch((error: unknown) => {
  page.dataset['view'] = 'failed';
  const again = button(t('Try again'), 'primary', () => location.reload());
  page.replaceChildren(
    header(),
    element(
      'main',
      { id: 'main' },
      element(
        'section',
        { class: 'card sign-in' },
        element('h1', {}, t('Your account')),
        element('p', { role: 'alert' }, sentenceOf(error)),
        foldedCode(codeOf(error)),
        again,
      ),
    ),
  );
});
