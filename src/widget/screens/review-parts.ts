/** What the service says about a request, in the parts of the screen. Nothing here reads the request itself. */
import type { ReviewReply, Statement } from '../../api/reviews.js';
import { element } from '../../pages/element.js';

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
export function rightsOf({ statements }: ReviewReply): HTMLElement | undefined {
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

export function warningsOf({ warnings }: ReviewReply): HTMLElement | undefined {
  if (warnings.length === 0) return undefined;
  const items = warnings.map(({ id, text }) => element('li', { 'data-warning': id }, text));
  return element(
    'section',
    { class: 'warnings' },
    element('h2', {}, 'Please note'),
    element('ul', {}, ...items),
  );
}
