/**
 * The account page: everything that a person can see and change in their account, and what can be
 * known about the service.
 *
 * It is a separate page that no other page can embed. Like the widget, it uses the service with a
 * cookie that no script can read. It shows the service's refusals in the service's words, and shows
 * no change as made before the service has confirmed it.
 */
import type { Account } from '../api/account.js';
import { button, type Child, element } from '../pages/element.js';
import { readPageSettings } from '../pages/page-settings.js';
import { signOut } from '../pages/service-api.js';
import { AttestationSection } from './attestation-section.js';
import { AuditSection } from './audit-section.js';
import { CredentialsSection } from './credentials-section.js';
import { DeletionSection } from './deletion-section.js';
import { AccountDesk } from './desk.js';
import { KeysSection } from './keys-section.js';
import { findAccount } from './read-account.js';
import { type Section, sentenceOf } from './section.js';
import { SessionsSection } from './sessions-section.js';
import { remainsOf, signInScreen } from './sign-in-screen.js';
import { SwitchesSection } from './switches-section.js';

const page = document.querySelector<HTMLElement>('#account') ?? document.body;
const attestation = new AttestationSection();

type View = { readonly nav: readonly Section[]; readonly main: readonly Child[] };

/** Draws the page around its content. */
function show({ nav, main }: View, ...account: readonly Child[]): void {
  const links = nav.map(({ node, title }) =>
    element('li', {}, element('a', { href: `#${node.id}` }, title)),
  );
  page.replaceChildren(
    element(
      'header',
      {},
      element('div', {}, element('h1', {}, 'Your account'), mark()),
      element('div', { class: 'who' }, ...account.filter((child) => child !== undefined)),
    ),
    element(
      'div',
      { class: 'columns' },
      element('nav', { 'aria-label': 'Parts of this page' }, element('ul', {}, ...links)),
      element('main', {}, ...main),
    ),
  );
}

function mark(): HTMLElement {
  return element(
    'p',
    { class: 'quiet' },
    `Sealwright · ${location.host}`,
    readPageSettings().isSimulated
      ? element('span', { class: 'simulated' }, ' · Simulated: no real enclave')
      : undefined,
  );
}

function showSignedOut(focus: string | undefined, ...before: readonly Child[]): void {
  const screen = signInScreen(() => open(true), ...before);
  page.dataset['view'] = 'signed-out';
  show({ nav: [attestation], main: [screen, attestation.node] });
  if (focus !== undefined) document.getElementById(focus)?.focus();
}

/**
 * Shows the account that is signed in. `isNew`: the person has just signed in, so the page starts
 * at the top.
 */
async function open(isNew: boolean): Promise<void> {
  const account = await findAccount();
  if (account === undefined) showSignedOut(undefined);
  else await showAccount(account, isNew);
}

async function showAccount(account: Account, isNew: boolean): Promise<void> {
  const desk = new AccountDesk({ account, onRefresh: (now) => update(now) });
  const leave = (focus: string, ...before: readonly Child[]): void => {
    keys.close();
    showSignedOut(focus, ...before);
  };
  const keys = new KeysSection(desk);
  const credentials = new CredentialsSection(desk);
  const sessions = new SessionsSection(desk);
  const switches = new SwitchesSection(desk);
  const audit = new AuditSection(desk);
  const deletion = new DeletionSection(desk, (remains) => leave('remains', remainsOf(remains)));
  const update = async (now: Account): Promise<void> => {
    credentials.update(now);
    switches.update(now);
    deletion.update();
    await Promise.all([
      keys.update(now),
      sessions.load(() => sessions.update(now)),
      audit.load(() => audit.update(now)),
    ]);
  };
  // Everything is loaded before anything is shown, so that the layout does not shift.
  await update(account);
  const parts = [keys, credentials, sessions, switches, audit, attestation, deletion];
  page.dataset['view'] = 'signed-in';
  show({ nav: parts, main: parts.map(({ node }) => node) }, outButton(keys, leave));
  if (isNew) keys.focus('');
}

function outButton(keys: KeysSection, leave: (focus: string) => void): HTMLElement {
  return button('Sign out', 'plain', () => {
    void keys.run(async () => {
      await signOut();
      leave('sign-in-title');
      return undefined;
    });
  });
}

open(false).catch((error: unknown) => {
  page.dataset['view'] = 'failed';
  const again = button('Try again', 'primary', () => location.reload());
  page.replaceChildren(
    element(
      'main',
      { class: 'failed' },
      element('h1', {}, 'Your account'),
      element('p', { role: 'alert' }, sentenceOf(error)),
      again,
    ),
  );
});
