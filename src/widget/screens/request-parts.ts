/**
 * Shows what an app asks to be signed: its statement, its resources, its period, and the exact
 * text.
 */
import type { ReviewContent, ReviewReply, SignInContent } from '../../api/reviews.js';
import { LOCALE } from '../../pages/date-words.js';
import { element } from '../../pages/element.js';
import { periodWords } from '../../pages/until-words.js';
import { chevron } from './review-parts.js';
import { visibleText } from './visible-text.js';
import { t } from '../../pages/translate.js';

const signInOf = (request: ReviewContent): SignInContent | undefined =>
  request.kind === 'sign-in' ? request : undefined;

/** Shows the app's own words in the statement. EIP-4361 requires a wallet to show them. */
export function statementOf({ request }: ReviewReply): HTMLElement | undefined {
  const said = signInOf(request)?.appStatement;
  if (said === undefined) return undefined;
  return element(
    'section',
    { 'data-part': 'statement' },
    element('h2', { class: 'over' }, t('You also sign this sentence of the app')),
    element('blockquote', { class: 'quote', tabindex: '0' }, visibleText(said)),
  );
}

/** Shows what the request refers to besides its rights. */
export function resourcesOf({ request }: ReviewReply): HTMLElement | undefined {
  const { resources = [], requestId } = signInOf(request) ?? {};
  if (resources.length === 0 && requestId === undefined) return undefined;
  const items = [
    ...resources.map((uri) => visibleText(uri)),
    ...(requestId === undefined
      ? []
      : [t('The request id “{id}”', { id: visibleText(requestId) })]),
  ];
  return element(
    'section',
    { 'data-part': 'resources' },
    element('h2', { class: 'over' }, t('The request also refers to')),
    element('ul', { class: 'quote' }, ...items.map((each) => element('li', {}, each))),
  );
}

/** Returns from when and until when the request is valid, or an empty text if it has no times. */
export function periodOf({ request }: ReviewReply, nowMs: number): string {
  const signIn = signInOf(request);
  return signIn === undefined ? '' : periodWords(signIn, nowMs);
}

/** Shows the third layer: exactly what is signed. */
export function exactOf({ request }: ReviewReply): HTMLElement {
  const text = request.kind === 'bytes' ? request.hex : request.text;
  const size = new Intl.NumberFormat(LOCALE).format(request.bytes);
  return element(
    'details',
    { class: 'fold', 'data-part': 'exact' },
    element('summary', {}, t('Exactly what is signed ({size} bytes)', { size }), chevron()),
    element('pre', { tabindex: '0', 'aria-label': t('The signed text') }, visibleText(text)),
  );
}
