/** Shows what an approval does besides producing a signature. */
import type { EarlierGrant, ReviewReply, SideEffects } from '../../api/reviews.js';
import { element } from '../../pages/element.js';
import { icon } from '../../pages/icons.js';
import { durationWords, momentWords } from '../../pages/until-words.js';
import { chevron, lineBody } from './review-parts.js';
import { visibleText } from './visible-text.js';
import { t, tNodes } from '../../pages/translate.js';

/** Fails to compile if the service adds a member that no screen shows. */
const nothingElse = (_rest: Readonly<Record<string, never>>): void => undefined;

const nameIn = (id: string): string => id.slice(id.lastIndexOf(':') + 1);

/** Shows the setup of the account as one sentence that opens. */
export function setUpOf({ sideEffects }: ReviewReply): HTMLElement | undefined {
  if (sideEffects === null) return undefined;
  const { host } = new URL(sideEffects.node);
  return element(
    'details',
    { class: 'set-up', 'data-part': 'side-effects' },
    element(
      'summary',
      {},
      icon('box'),
      element(
        'span',
        {},
        ...tNodes('This also creates your personal storage at {host}. It happens once.', {
          host: element('b', {}, host),
        }),
      ),
      chevron(),
    ),
    setUpDetails(sideEffects, host),
  );
}

function setUpDetails(effects: SideEffects, host: string): HTMLElement {
  const { node: _node, spaces, network, rootSignatures, ...more } = effects;
  const {
    sessionLifetimeMs,
    hostingEnds,
    earlierGrants: _shown,
    earlierGrantsLeftOut: _counted,
    ...rest
  } = more;
  nothingElse(rest);
  const row = (title: string, text: string): HTMLElement =>
    element('li', {}, element('b', {}, title), text);
  return element(
    'ul',
    { class: 'inside' },
    row(t('{count} spaces', { count: spaces.length }), spaces.map(nameIn).join(', ')),
    row(t('1 encryption network'), nameIn(network)),
    row(
      t('{count} more signatures with your key', { count: rootSignatures }),
      [
        ...(hostingEnds ? [] : [t('{host} may host the spaces without an end.', { host })]),
        t('Everything else ends in {duration}.', { duration: durationWords(sessionLifetimeMs) }),
      ].join(' '),
    ),
  );
}

/**
 * Shows rights that were approved earlier and take effect now. They are unusual, so they are never
 * folded.
 */
export function earlierGrantsOf(
  { sideEffects }: ReviewReply,
  nowMs: number,
): HTMLElement | undefined {
  if (sideEffects === null) return undefined;
  const { earlierGrants, earlierGrantsLeftOut } = sideEffects;
  if (earlierGrants.length === 0 && earlierGrantsLeftOut === 0) return undefined;
  const items = earlierGrants.map((grant) => earlierGrantLine(grant, nowMs));
  if (earlierGrantsLeftOut > 0) {
    const title = t('{count} more requests that you approved earlier', {
      count: earlierGrantsLeftOut,
    });
    items.push(grantLine(title, t('They also take effect now. There are too many to name.')));
  }
  return element('ul', { class: 'lines unusual', 'data-part': 'earlier-grants' }, ...items);
}

const grantLine = (title: string, text: string): HTMLElement =>
  element(
    'li',
    { 'data-level': 'danger' },
    element('div', { class: 'line' }, ...lineBody('clock', title, text)),
  );

function earlierGrantLine(grant: EarlierGrant, nowMs: number): HTMLElement {
  const { domain, spaces, networks, more, expiresAt, ...rest } = grant;
  nothingElse(rest);
  const things = [
    ...spaces.map((name) => t('“{name}”', { name })),
    ...networks.map((name) => t('the encryption network “{name}”', { name })),
    ...(more === 0 ? [] : [t('{count} more', { count: more })]),
  ];
  const end =
    expiresAt === undefined
      ? t('without an end')
      : t('until {time}', { time: momentWords(Date.parse(expiresAt), nowMs) });
  return grantLine(
    t('{host} will also get the access you approved earlier', { host: visibleText(domain) }),
    `${visibleText(things.join(', '))}, ${end}.`,
  );
}
