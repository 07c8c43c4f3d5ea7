/**
 * Shows the layers of a review, from what the service read. Nothing here reads the request itself.
 */
import type { ReviewLine, ReviewReply, Statement } from '../../api/reviews.js';
import { element } from '../../pages/element.js';
import { icon, type IconName } from '../../pages/icons.js';
import { visibleText } from './visible-text.js';
import { t } from '../../pages/translate.js';

const ICONS: Readonly<Record<ReviewLine['subject'], IconName>> = {
  unknown: 'question',
  hosting: 'host',
  decryption: 'key',
  secrets: 'lock',
  others: 'person',
  account: 'list',
  receiver: 'key',
  publishing: 'eye',
  applications: 'box',
  'new-network': 'key',
  form: 'clock',
  files: 'folder',
  databases: 'database',
  rights: 'list',
  'other-space': 'box',
  upkeep: 'list',
  more: 'alert',
};

/** Creates a row of a list: an icon, a title, and details. */
export const lineBody = (
  name: IconName,
  title: string,
  ...details: readonly (Node | string | undefined)[]
): Node[] => [
  icon(name),
  element('div', {}, element('b', {}, title), element('span', {}, ...details)),
];

export const chevron = (): SVGSVGElement => icon('chevron', 'icon chevron');

function lineNode(line: ReviewLine): HTMLElement {
  const { subject, level, title, detail, reach, parts } = line;
  const body = lineBody(
    ICONS[subject],
    visibleText(title),
    visibleText(detail),
    ...(reach === undefined ? [] : [' ', element('em', {}, reach)]),
  );
  const attributes = { 'data-level': level, 'data-subject': subject };
  if (parts.length === 0)
    return element('li', attributes, element('div', { class: 'line' }, ...body));
  return element(
    'li',
    attributes,
    element(
      'details',
      {},
      element('summary', { class: 'line' }, ...body, chevron()),
      element(
        'ul',
        { class: 'inside' },
        ...parts.map((part) =>
          element('li', {}, element('b', {}, visibleText(part.title)), visibleText(part.detail)),
        ),
      ),
    ),
  );
}

const list = (lines: readonly ReviewLine[], kind: string): HTMLElement =>
  element('ul', { class: `lines ${kind}` }, ...lines.map(lineNode));

/**
 * Shows the lines of the first layer: first what is unusual, under its own heading, then the rest.
 */
export function linesOf({ summary }: ReviewReply): readonly HTMLElement[] {
  const lines = summary?.lines ?? [];
  const unusual = lines.filter(({ level }) => level !== 'plain');
  const usual = lines.filter(({ level }) => level === 'plain');
  if (unusual.length === 0) return usual.length === 0 ? [] : [list(usual, 'usual')];
  const isGrave = unusual.some(({ level }) => level === 'danger');
  return [
    element(
      'h2',
      { class: isGrave ? 'over grave' : 'over' },
      isGrave ? t('Unusual') : t('Worth a look'),
    ),
    list(unusual, 'unusual'),
    ...(usual.length === 0
      ? []
      : [element('h2', { class: 'over' }, t('Also')), list(usual, 'usual')]),
  ];
}

const nameOf = (resource: string): string => resource.split(':').slice(4).join(':');

/** Shows one kind of right over one resource, in words and as it is signed. */
function rightNode({ text, resource, abilities }: Statement): HTMLElement {
  const where = resource.startsWith('tinycloud:') ? nameOf(resource) : resource;
  return element(
    'li',
    {},
    element('span', {}, visibleText(text)),
    element('code', {}, visibleText(`${where} · ${abilities.join(', ')}`)),
  );
}

/** Shows the second layer, which lists every right and contains the third layer. */
export function allRightsOf(review: ReviewReply, exact: HTMLElement): HTMLElement {
  const { statements, summary } = review;
  const count = summary?.rights ?? 0;
  if (count === 0) return exact;
  return element(
    'details',
    { class: 'fold', 'data-part': 'all-rights' },
    element(
      'summary',
      {},
      count === 1 ? t('The only right') : t('All {count} rights', { count }),
      chevron(),
    ),
    element(
      'div',
      { class: 'open' },
      element('ul', { class: 'rights' }, ...statements.map(rightNode)),
      exact,
    ),
  );
}
