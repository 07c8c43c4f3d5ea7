/** The one prompt: who asks, what the service read in the request, and the two answers. */
import { WIDGET_ERRORS } from '../../wire/error-codes.js';
import type { ReviewReply } from '../../api/reviews.js';
import { ApproveGuard } from '../approve-guard.js';
import { button, element, notice, shortAddress } from '../../pages/element.js';
import { codeOf, toWireError } from '../../pages/page-error.js';
import { exactOf, periodOf, resourcesOf, statementOf } from './request-parts.js';
import { rightsOf, warningsOf } from './review-parts.js';
import { sideEffectsOf } from './side-effects-part.js';

export type ReviewChoices = {
  readonly review: ReviewReply;
  readonly address: string;
  readonly isEmbedded: boolean;
  /** Rejects where the person may try again. */
  readonly onApprove: () => Promise<void>;
  readonly onReject: () => void;
  /** The frame can not be seen as a whole: a window of its own can. */
  readonly onNeedsWindow: () => void;
};

const TITLES = {
  'sign-in': 'Sign in to this app?',
  text: 'Sign this text?',
  bytes: 'Sign these bytes?',
} as const;

export type ReviewScreen = { readonly node: HTMLElement; close(): void };

export function reviewScreen(choices: ReviewChoices): ReviewScreen {
  const { review, isEmbedded, onApprove, onReject, onNeedsWindow } = choices;
  const said = notice();
  const veil = element('div', { class: 'veil', 'aria-hidden': 'true' });
  const guard = new ApproveGuard(veil, isEmbedded);
  const approve = button('Approve', 'primary', (event) => {
    const code = event instanceof MouseEvent ? guard.judge(event) : 'ERR_APPROVE_UNTRUSTED';
    if (code === undefined) void run();
    else said.say(WIDGET_ERRORS[code], code);
    if (code === 'ERR_APPROVE_HIDDEN') {
      said.node.append(' ', button('Open a window', 'link', onNeedsWindow));
    }
  });
  const run = async (): Promise<void> => {
    approve.disabled = true;
    said.say(review.assertion.required ? 'Confirm with your passkey.' : 'Signing…');
    try {
      await onApprove();
    } catch (error) {
      said.say(toWireError(error).message, codeOf(error));
      approve.disabled = false;
      approve.focus();
    }
  };
  const reject = button('Reject', 'plain', onReject);
  const answers = element('div', { class: 'actions sticky' }, said.node, reject, approve);
  const node = element('section', { class: 'review' }, ...told(choices), answers, veil);
  return { node, close: () => guard.close() };
}

/** Who asks, and for what: warnings and the gravest rights first. */
function told({ review, address }: ReviewChoices): readonly (Node | undefined)[] {
  const { kind, appOrigin } = review.request;
  const exact = exactOf(review);
  exact.toggleAttribute('open', kind !== 'sign-in');
  return [
    element('h1', {}, TITLES[kind]),
    element('p', { class: 'asker' }, element('strong', { class: 'host' }, appOrigin), ' asks'),
    element('p', { class: 'quiet' }, `With your account ${shortAddress(address)}`),
    warningsOf(review),
    rightsOf(review),
    statementOf(review),
    resourcesOf(review),
    periodOf(review),
    sideEffectsOf(review),
    exact,
  ];
}
