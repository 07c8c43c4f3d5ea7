/** What an app asks to be signed, member by member: its statement, its resources, when it holds, and the exact text. */
import type { ReviewContent, ReviewReply, SignInContent } from '../../api/reviews.js';
import { element } from '../../pages/element.js';
import { visibleText } from './visible-text.js';

const signInOf = (request: ReviewContent): SignInContent | undefined =>
  request.kind === 'sign-in' ? request : undefined;

/** The words that the app put into the request; EIP-4361 has a wallet show them. */
export function statementOf({ request, statements }: ReviewReply): HTMLElement | undefined {
  const signIn = signInOf(request);
  if (signIn?.statement === undefined) return undefined;
  const { appStatement } = signIn;
  if (appStatement === undefined) {
    const text = 'The statement that you sign lists these rights and says nothing else.';
    return element('p', { class: 'quiet', 'data-part': 'standard-statement' }, text);
  }
  const lists = statements.length === 0 ? '' : ', before the list of rights';
  return element(
    'section',
    { class: 'said', 'data-part': 'statement' },
    element('h2', {}, `You sign these words of the app${lists}`),
    element('blockquote', {}, visibleText(appStatement)),
  );
}

/** What the request refers to besides its rights. */
export function resourcesOf({ request }: ReviewReply): HTMLElement | undefined {
  const signIn = signInOf(request);
  if (signIn === undefined) return undefined;
  const { resources, requestId } = signIn;
  if (resources.length === 0 && requestId === undefined) return undefined;
  return element(
    'section',
    { class: 'said', 'data-part': 'resources' },
    element('h2', {}, 'The request also refers to'),
    element(
      'ul',
      {},
      ...resources.map((uri) => element('li', {}, visibleText(uri))),
      requestId === undefined
        ? undefined
        : element('li', {}, `the request id “${visibleText(requestId)}”`),
    ),
  );
}

const WORDS = new Intl.DateTimeFormat('en', { dateStyle: 'medium', timeStyle: 'short' });

/** A time as people read it. */
export const timeOf = (timestamp: string): HTMLElement => {
  const ms = Date.parse(timestamp);
  const words = Number.isNaN(ms) ? timestamp : WORDS.format(ms);
  return element('time', { datetime: timestamp }, words);
};

/** From when and until when the request holds. */
export function periodOf({ request }: ReviewReply): HTMLElement | undefined {
  const { notBefore, expirationTime } = signInOf(request) ?? {};
  if (notBefore === undefined && expirationTime === undefined) return undefined;
  return element(
    'p',
    { class: 'quiet', 'data-part': 'period' },
    ...(notBefore === undefined ? [] : ['From ', timeOf(notBefore)]),
    notBefore === undefined || expirationTime === undefined ? undefined : ' ',
    ...(expirationTime === undefined ? [] : ['Until ', timeOf(expirationTime)]),
  );
}

/** What is signed, to the letter. */
export function exactOf({ request }: ReviewReply): HTMLElement {
  const text = request.kind === 'bytes' ? request.hex : request.text;
  return element(
    'details',
    {},
    element('summary', {}, `Exactly what is signed (${request.bytes} bytes)`),
    element('pre', { tabindex: '0' }, visibleText(text)),
  );
}
