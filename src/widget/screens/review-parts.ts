/** What the service says of a request, in the parts of the screen. Nothing here reads the request itself. */
import { isFields } from '../../wire/read-message.js';
import { element } from '../element.js';

export type Statement = {
  readonly severity: string;
  readonly text: string;
  readonly space?: string;
  readonly contents?: string;
};

export type Review = {
  readonly reviewId: string;
  readonly request: {
    readonly kind: 'sign-in' | 'text' | 'bytes';
    readonly appOrigin: string;
    readonly bytes: number;
    readonly text?: string;
    readonly hex?: string;
    readonly expirationTime?: string;
  };
  readonly statements: readonly Statement[];
  readonly warnings: readonly { readonly id: string; readonly text: string }[];
  readonly sideEffects: SideEffects | null;
  readonly assertion: { readonly required: boolean };
};

export type SideEffects = {
  readonly node: string;
  readonly spaces: readonly string[];
  readonly rootSignatures: number;
  readonly earlierGrants: readonly {
    readonly domain: string;
    readonly spaces: readonly string[];
  }[];
};

/** The service's answer, as far as it must be well formed to be shown. */
export const isReview = (value: unknown): value is Review =>
  isFields(value) &&
  typeof value['reviewId'] === 'string' &&
  isFields(value['request']) &&
  Array.isArray(value['statements']) &&
  Array.isArray(value['warnings']) &&
  isFields(value['assertion']);

const LABELS: ReadonlyMap<string, string> = new Map([
  ['danger', 'Careful'],
  ['caution', 'Changes'],
]);

function line({ severity, text }: Statement): HTMLElement {
  const label = LABELS.get(severity);
  return element(
    'li',
    { class: `right ${severity}` },
    label === undefined ? undefined : element('span', { class: 'badge' }, label),
    element('span', {}, text),
  );
}

/** In the service's order. */
function bySpace(statements: readonly Statement[]): ReadonlyMap<string, readonly Statement[]> {
  const groups = new Map<string, Statement[]>();
  for (const statement of statements) {
    const name = statement.space ?? '';
    groups.set(name, [...(groups.get(name) ?? []), statement]);
  }
  return groups;
}

function heading(name: string, first: Statement | undefined): HTMLElement {
  if (name === '') return element('h3', {}, 'Beyond your spaces');
  const { contents } = first ?? {};
  return element(
    'h3',
    {},
    `Space “${name}”`,
    contents === undefined ? undefined : element('span', { class: 'quiet' }, ` ${contents}`),
  );
}

const group = (title: HTMLElement, lines: readonly Statement[]): HTMLElement =>
  element('section', { class: 'space' }, title, element('ul', {}, ...lines.map(line)));

/** What can do harm comes first, of all spaces together: nobody has to look for it further down. */
export function rightsOf({ statements }: Review): HTMLElement | undefined {
  if (statements.length === 0) return undefined;
  const grave = statements.filter(({ severity }) => severity === 'danger');
  const others = statements.filter(({ severity }) => severity !== 'danger');
  return element(
    'section',
    {},
    element('h2', {}, 'The app will be able to'),
    grave.length === 0 ? undefined : group(element('h3', {}, 'Delete or do harm'), grave),
    ...[...bySpace(others)].map(([name, lines]) => group(heading(name, lines[0]), lines)),
  );
}

export function warningsOf({ warnings }: Review): HTMLElement | undefined {
  if (warnings.length === 0) return undefined;
  const items = warnings.map(({ id, text }) => element('li', { 'data-warning': id }, text));
  return element(
    'section',
    { class: 'warnings' },
    element('h2', {}, 'Please note'),
    element('ul', {}, ...items),
  );
}

const list = (items: readonly string[]): string => items.map((item) => `“${item}”`).join(', ');

export function sideEffectsOf({ sideEffects }: Review): HTMLElement | undefined {
  if (sideEffects === null) return undefined;
  const { node, spaces, rootSignatures, earlierGrants } = sideEffects;
  const { host } = new URL(node);
  return element(
    'section',
    { class: 'effects' },
    element('h2', {}, 'It also sets up your account'),
    element(
      'p',
      {},
      `${spaces.length} spaces and an encryption network on ${host}, with ${rootSignatures} more signatures of your key. You are asked only this once.`,
    ),
    ...earlierGrants.map(({ domain, spaces: names }) =>
      element(
        'p',
        { class: 'right danger' },
        `${domain} then gets what you signed before: ${list(names)}.`,
      ),
    ),
  );
}

export function endOf({ request }: Review): HTMLElement | undefined {
  const { expirationTime } = request;
  if (expirationTime === undefined || Number.isNaN(Date.parse(expirationTime))) return undefined;
  const words = new Intl.DateTimeFormat('en', { dateStyle: 'medium', timeStyle: 'short' });
  const time = element(
    'time',
    { datetime: expirationTime },
    words.format(Date.parse(expirationTime)),
  );
  return element('p', { class: 'quiet' }, 'Until ', time);
}

/** Characters that turn or hide others, or that nobody sees. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Co}\p{Cn}]/gu;

/** A text as it is, with what could not be seen in it named. */
const seen = (text: string): string =>
  text.replace(UNSEEN, (character) => {
    if (character === '\n' || character === '\t') return character;
    const digits = (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
    return `⟨U+${digits}⟩`;
  });

/** What is signed, to the letter. */
export function exactOf({ request }: Review): HTMLElement {
  const exact = element('pre', { tabindex: '0' }, seen(request.text ?? request.hex ?? ''));
  return element(
    'details',
    {},
    element('summary', {}, `Exactly what is signed (${request.bytes} bytes)`),
    exact,
  );
}
