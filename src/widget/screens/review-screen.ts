/**
 * The one prompt: who asks for what, until when, what goes beyond the usual, and the two answers.
 */
import type { ReviewReply } from '../../api/reviews.js';
import { type Child, element, notice } from '../../pages/element.js';
import { icon } from '../../pages/icons.js';
import { codeOf, sentenceOf } from '../../pages/page-error.js';
import { WIDGET_ERRORS } from '../../wire/error-codes.js';
import { dayWords } from '../../pages/until-words.js';
import { ApproveGuard } from '../approve-guard.js';
import { watchReading } from '../watch-reading.js';
import { accountBadge, appTile, frameBar } from './frame-bar.js';
import { exactOf, periodOf, resourcesOf, statementOf } from './request-parts.js';
import { allRightsOf, linesOf } from './review-parts.js';
import { earlierGrantsOf, setUpOf } from './side-effects-part.js';
import { visibleText } from './visible-text.js';
import { t, tNodes } from '../../pages/translate.js';

export type ReviewChoices = {
  readonly review: ReviewReply;
  readonly address: string;
  readonly isEmbedded: boolean;
  /** Rejects if the person can try again. */
  readonly onApprove: () => Promise<void>;
  readonly onReject: () => void;
  /** Called if the frame cannot be seen as a whole, but a window can. */
  readonly onNeedsWindow: () => void;
};

export type ReviewScreen = { readonly node: HTMLElement; close(): void };

const isGrave = ({ summary, sideEffects }: ReviewReply): boolean =>
  summary?.lines.some(({ level }) => level === 'danger') === true ||
  (sideEffects?.earlierGrants.length ?? 0) > 0;

const answer = (text: string, kind: string, onClick: (event: Event) => void): HTMLButtonElement =>
  element('button', { type: 'button', class: `button ${kind}`, onclick: onClick }, text);

/** Shows a review until it is answered. `close` stops everything that watches the screen. */
export function reviewScreen(choices: ReviewChoices): ReviewScreen {
  const { review, address } = choices;
  const end = element('div', { class: 'end-of-layer', 'aria-hidden': 'true' });
  const veil = element('div', { class: 'veil', 'aria-hidden': 'true' });
  const body = element('div', { class: 'body' }, ...firstLayerOf(review, end));
  const answers = answersOf(choices, body, end, veil);
  const node = element(
    'section',
    { class: 'review' },
    frameBar(accountBadge(address)),
    body,
    answers.node,
    veil,
  );
  return { node, close: () => answers.close() };
}

function firstLayerOf(review: ReviewReply, end: HTMLElement): readonly Node[] {
  const nowMs = Date.now();
  const rest = [
    statementOf(review),
    resourcesOf(review),
    ...payloadOf(review),
    earlierGrantsOf(review, nowMs),
    ...linesOf(review),
    setUpOf(review),
    end,
    allRightsOf(review, exactOf(review)),
  ];
  return [
    askOf(review, nowMs),
    element('div', { class: 'rest' }, ...rest.filter((each) => each !== undefined)),
  ];
}

/** Creates the sentence: who asks for what, until when. */
function askOf(review: ReviewReply, nowMs: number): HTMLElement {
  const { request } = review;
  const { kind, appOrigin } = request;
  const { host } = new URL(appOrigin);
  const name = element('b', {}, visibleText(host));
  const words: readonly Child[] =
    kind === 'text'
      ? tNodes('{app} asks you to sign this text.', { app: name })
      : kind === 'bytes'
        ? tNodes('{app} asks you to sign data that nobody can read.', { app: name })
        : signInWords(review, name, nowMs);
  return element('div', { class: 'ask' }, appTile(host), element('h1', {}, ...words));
}

function signInWords(review: ReviewReply, app: Node, nowMs: number): readonly Child[] {
  const { returning, summary } = review;
  const words = periodOf(review, nowMs);
  const period = element('span', { class: 'until', 'data-part': 'period' }, words);
  if (returning !== null) {
    const what = againWords(returning, nowMs);
    return words === ''
      ? tNodes('{app} asks for {what}.', { app, what })
      : tNodes('{app} asks for {what}, {period}.', { app, what, period });
  }
  const want = visibleText(summary?.want ?? t('sign you in'));
  return words === ''
    ? tNodes('{app} wants to {want}.', { app, want })
    : tNodes('{app} wants to {want}, {period}.', { app, want, period });
}

/** Says what a request is compared with: "the same as yesterday". */
function againWords(
  { lastApprovedAt, extent }: NonNullable<ReviewReply['returning']>,
  nowMs: number,
): string {
  const when = dayWords(Date.parse(lastApprovedAt), nowMs);
  return extent === 'same' ? t('the same as {when}', { when }) : t('no more than {when}', { when });
}

/** Shows text or bytes that are not a sign-in request, and what signing them means. */
function payloadOf({ request, summary }: ReviewReply): readonly HTMLElement[] {
  if (request.kind === 'text') {
    const text = t(
      'It can be shown to others as signed by you. It gives no rights to your storage.',
    );
    return [
      element('blockquote', { class: 'quote', tabindex: '0' }, visibleText(request.text)),
      element('p', { class: 'quiet' }, text),
    ];
  }
  if (request.kind === 'bytes') {
    return [
      element(
        'div',
        { class: 'note', 'data-level': 'danger' },
        icon('alert'),
        element(
          'div',
          {},
          element('b', {}, `${t('We advise you to reject this.')} `),
          t('It may move money or hand over your account. Nobody can tell from these bytes.'),
        ),
      ),
      element(
        'p',
        { class: 'quiet' },
        t('{count} bytes that are not text.', { count: request.bytes }),
      ),
    ];
  }
  if (summary?.rights === 0) {
    return [element('p', { class: 'quiet' }, t('It gets no rights to your storage.'))];
  }
  return [];
}

/** Creates the answers. Reject comes first and Approve last, and they never change places. */
function answersOf(
  { review, isEmbedded, onApprove, onReject, onNeedsWindow }: ReviewChoices,
  body: HTMLElement,
  end: HTMLElement,
  veil: HTMLElement,
): { readonly node: HTMLElement; close(): void } {
  const said = notice();
  // The button stays focusable, and a click that does not count yet is answered with the reason.
  const mark = (): void => {
    if (reading.isDone() && guard.isSettled) approve.removeAttribute('aria-disabled');
    else approve.setAttribute('aria-disabled', 'true');
  };
  const guard = new ApproveGuard(veil, isEmbedded, mark);
  const isBytes = review.request.kind === 'bytes';
  const run = async (): Promise<void> => {
    approve.disabled = true;
    said.say(review.assertion.required ? t('Confirm with your passkey.') : t('Signing…'));
    try {
      await onApprove();
    } catch (error) {
      said.say(sentenceOf(error), codeOf(error));
      approve.disabled = false;
      approve.focus();
    }
  };
  const kind = isBytes ? 'danger' : isGrave(review) ? 'plain' : 'primary';
  const approve = answer(approveWords(review), kind, (event) => {
    if (!reading.isDone()) {
      guard.refuse();
      said.say(t(WIDGET_ERRORS.ERR_APPROVE_UNREAD), 'ERR_APPROVE_UNREAD');
      reading.showRest();
      return;
    }
    const code = event instanceof MouseEvent ? guard.judge(event) : 'ERR_APPROVE_UNTRUSTED';
    if (code === undefined) return void run();
    said.say(t(WIDGET_ERRORS[code]), code);
    if (code === 'ERR_APPROVE_HIDDEN') {
      said.node.append(' ', answer(t('Open a window'), 'link', onNeedsWindow));
    }
  });
  approve.dataset['answer'] = 'approve';
  const reject = answer(t('Reject'), isBytes ? 'primary' : 'plain', onReject);
  reject.dataset['answer'] = 'reject';
  const pair = element('div', { class: 'two' }, reject, approve);
  const node = element('footer', { class: 'answers' }, said.node, pair);
  const reading = watchReading(end, node, approve, mark);
  mark();
  if (isBytes) askTwice(review, { body, pair, reject, approve });
  return {
    node,
    close: () => {
      guard.close();
      reading.close();
    },
  };
}

function approveWords(review: ReviewReply): string {
  const { request, assertion, returning } = review;
  if (returning !== null) return t('Continue');
  const isHeavy = request.kind === 'bytes' || isGrave(review);
  const needsPasskey = isHeavy && assertion.required;
  if (request.kind === 'sign-in') {
    return needsPasskey ? t('Approve with passkey') : t('Approve');
  }
  return needsPasskey ? t('Sign with passkey') : t('Sign');
}

type Parts = {
  readonly body: HTMLElement;
  readonly pair: HTMLElement;
  readonly reject: HTMLElement;
  readonly approve: HTMLElement;
};

/**
 * Asks twice before unreadable bytes are signed: a choice in red, then a box that the person
 * checks.
 */
function askTwice({ request }: ReviewReply, { body, pair, reject, approve }: Parts): void {
  const { host } = new URL(request.appOrigin);
  const insist = answer(t('Sign anyway…'), 'text-danger', () => {
    const box = element('input', { type: 'checkbox' });
    const agree = element(
      'label',
      { class: 'agree' },
      box,
      t(
        'I know what these {count} bytes are, and I expected them from {host}. It cannot be taken back.',
        { count: request.bytes, host },
      ),
    );
    box.addEventListener('change', () => approve.toggleAttribute('disabled', !box.checked));
    approve.toggleAttribute('disabled', true);
    body.append(agree);
    reject.className = 'button plain';
    pair.replaceChildren(reject, approve);
    box.focus();
  });
  insist.dataset['answer'] = 'insist';
  pair.replaceChildren(reject, insist);
}
