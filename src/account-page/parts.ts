/** The parts that the screens are made of: controls, rows, chips, folds and lists that open. */
import { type Child, element } from '../pages/element.js';
import { icon, type IconName } from '../pages/icons.js';
import { t } from '../pages/translate.js';

/** How a control looks. */
export type ControlKind = 'plain' | 'primary' | 'danger' | 'danger-line' | 'text';

/** What a control consists of. */
export type ControlParts = {
  /** The name of the control, which stays the same when it is drawn again. */
  readonly name: string;
  readonly text: string;
  readonly kind?: ControlKind;
  readonly icon?: IconName;
  /** The accessible name, where the text alone does not say what the control acts on. */
  readonly label?: string;
  readonly onClick: () => void;
};

/** Returns a button. */
export function control(parts: ControlParts): HTMLButtonElement {
  const { name, text, kind = 'plain', label, onClick } = parts;
  return element(
    'button',
    {
      type: 'button',
      class: `button ${kind}`,
      'data-do': name,
      ...(label === undefined ? {} : { 'aria-label': label }),
      onclick: onClick,
    },
    parts.icon === undefined ? undefined : icon(parts.icon),
    text,
  );
}

/** The tone of a chip, a tile or a note. */
export type Tone = 'good' | 'notice' | 'bad' | 'quiet';

/** Returns a short word beside a name. Screen readers need the space before it. */
export const chip = (text: string, tone: Tone = 'quiet', sign?: IconName): HTMLElement =>
  element(
    'span',
    {},
    ' ',
    element(
      'span',
      { class: `chip ${tone}` },
      sign === undefined ? undefined : icon(sign, `icon ${sign}`),
      text,
    ),
  );

/** Returns a round picture for the start of a row. */
export const tile = (sign: IconName, tone: Tone = 'quiet'): HTMLElement =>
  element('span', { class: `tile round ${tone}`, 'aria-hidden': 'true' }, icon(sign));

/** What a row of a list consists of. */
export type RowParts = {
  readonly picture?: Node;
  readonly title: readonly Child[];
  /** The level of the title, one below the heading that the list stands under. */
  readonly level?: 2 | 3;
  readonly lines?: readonly Child[];
  /** The controls at the end. */
  readonly controls?: readonly Child[];
  readonly data?: Readonly<Record<`data-${string}`, string>>;
};

/** Returns a row of a list. */
export const row = ({
  picture,
  title,
  level = 3,
  lines = [],
  controls = [],
  data = {},
}: RowParts): HTMLElement =>
  element(
    'li',
    { class: picture === undefined ? 'bare' : 'pictured', ...data },
    picture,
    element('div', { class: 'what' }, element(`h${level}`, {}, ...title), ...lines),
    element('div', { class: 'act' }, ...controls),
  );

/** Returns a quiet line of text in a row. */
export const quiet = (...children: readonly Child[]): HTMLElement =>
  element('p', { class: 'quiet' }, ...children);

/** Returns what a person opens only when they look for it, such as hashes and commands. */
export const fold = (title: string, ...children: readonly Child[]): HTMLDetailsElement =>
  element(
    'details',
    { class: 'fold' },
    element('summary', {}, title, icon('chevron', 'icon turns')),
    ...children,
  );

/** Returns the code of an error, under "Details". */
export const foldedCode = (code: string): HTMLElement =>
  fold(t('Details'), element('p', {}, element('code', {}, code)));

/** Returns facts as pairs of a name and a value. */
export const facts = (
  pairs: readonly (readonly [string, Child] | undefined)[],
  kind: 'short' | 'long' = 'short',
): HTMLDListElement =>
  element(
    'dl',
    { class: kind },
    ...pairs
      .filter((pair) => pair !== undefined)
      .map(([name, value]) =>
        element('div', {}, element('dt', {}, name), element('dd', {}, value)),
      ),
  );

/** The number of entries that a long list shows at first. */
const FIRST_ROWS = 5;

/** Returns a list of rows. It shows the first five, and all of them after "Show more". */
export function longList(name: string, rows: readonly HTMLElement[]): readonly HTMLElement[] {
  const list = element('ul', { class: 'rows' }, ...rows);
  const hidden = rows.slice(FIRST_ROWS);
  if (hidden.length < 2) return [list];
  for (const each of hidden) each.hidden = true;
  const more = control({
    name: `more:${name}`,
    text: t('Show {count} more', { count: hidden.length }),
    kind: 'text',
    onClick: () => {
      for (const each of hidden) each.hidden = false;
      foot.remove();
      const first = hidden[0]?.querySelector<HTMLElement>('h2, h3');
      first?.setAttribute('tabindex', '-1');
      first?.focus();
    },
  });
  const foot = element('div', { class: 'list-foot' }, more);
  return [list, foot];
}
