/**
 * Shows a service's statement about itself, member by member. All of it is the service's own claim.
 */
import { isFields } from '../wire/read-message.js';
import { element } from '../pages/element.js';
import { facts, fold } from './parts.js';
import { fullTimeOf } from './time-words.js';
import { t } from '../pages/translate.js';

type Fields = { readonly [name: string]: unknown };

const within = (from: Fields, name: string): Fields => {
  const found = from[name];
  return isFields(found) ? found : {};
};

function plain(value: unknown): string {
  if (value === null || value === undefined || value === '') return 'none';
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : 'unreadable';
}

const mono = (value: unknown): HTMLElement => element('span', { class: 'mono' }, plain(value));

const time = (value: unknown): HTMLElement | string =>
  fullTimeOf(typeof value === 'string' ? value : undefined);

function keyOf(statement: Fields, id: string): unknown {
  const keys: readonly unknown[] = Array.isArray(statement['keys']) ? statement['keys'] : [];
  return keys.filter(isFields).find((each) => each['id'] === id)?.['public_key'];
}

/** Returns the statement as pairs, its settings, and its exact text. */
export function describeStatement(statement: Fields, text: string): HTMLElement {
  const state = within(statement, 'state');
  const source = within(statement, 'source');
  const tls = within(statement, 'tls');
  const settings = Object.entries(within(statement, 'config'));
  return element(
    'div',
    { class: 'statement' },
    facts([
      [t('Started'), time(statement['started_at'])],
      [t('Issued'), time(statement['issued_at'])],
      [t('Application'), mono(statement['app_id'])],
      [t('Instance'), mono(statement['instance_id'])],
      [t('Boot'), mono(statement['boot_id'])],
      [t('Identity key'), mono(keyOf(statement, 'identity'))],
      [t('Receipts key'), mono(keyOf(statement, 'receipts'))],
      [t('Key provider’s root'), mono(statement['kms_root_public_key'])],
      [t('State'), mono(state['genesis_id'])],
      [t('Starts'), plain(state['generation'])],
      [t('Plan'), plain(statement['plan_version'])],
      [t('Source'), mono(source['commit'])],
      [t('TLS key'), mono(tls['spki_sha256'])],
      [t('Certificate account'), mono(tls['acme_account_uri'])],
    ]),
    fold(
      t('Settings ({count})', { count: settings.length }),
      facts(
        settings.map(([name, value]) => [name, mono(value)] as const),
        'long',
      ),
    ),
    fold(
      t('The exact statement'),
      element('pre', { tabindex: '0', 'aria-label': t('The exact statement') }, text),
    ),
  );
}
