/**
 * The frame of the page: the header, the navigation, and one screen at a time. The fragment of the
 * address names the screen, so that the browser's history and links work.
 */
import { type Child, element } from '../pages/element.js';
import { icon, type IconName } from '../pages/icons.js';
import { sealMark } from '../pages/mark.js';
import { readPageSettings } from '../pages/page-settings.js';
import { control } from './parts.js';
import { saidLine, say } from './said.js';
import type { Section } from './section.js';
import { disclosureMenu } from './disclosure-menu.js';
import { t } from '../pages/translate.js';

/** A screen with its place in the navigation. */
export type Place = {
  readonly view: Section;
  readonly sign: IconName;
  /** The name in the navigation, and a shorter one for the bar at the bottom. */
  readonly name: string;
  readonly short?: string;
  /** Whether the bar at the bottom has it only under "More". */
  readonly isUnderMore?: boolean;
  /** Called each time the screen opens. */
  readonly onOpen: () => Promise<void> | void;
};

/** Returns the header. `menu` stands at its end. */
export function header(...menu: readonly Child[]): HTMLElement {
  return element(
    'header',
    { class: 'top' },
    element('a', { class: 'brand', href: '/account' }, sealMark(), 'Sealwright'),
    readPageSettings().isSimulated
      ? element('span', { class: 'chip notice simulated' }, t('Simulated'))
      : undefined,
    ...menu,
  );
}

/** The frame around the screens of an account. */
export class Shell {
  readonly #page: HTMLElement;
  readonly #places: readonly Place[];
  readonly #nav: HTMLElement;
  readonly #menu = element('div', { class: 'me' });
  readonly #abort = new AbortController();
  #open: Place | undefined;

  constructor(page: HTMLElement, places: readonly Place[], signOut: () => void) {
    this.#page = page;
    this.#places = places;
    this.#nav = navigation(places, signOut);
    addEventListener('hashchange', () => this.#follow(true), { signal: this.#abort.signal });
  }

  /**
   * Shows the frame with the screen that the address names. `isNew`: the person has just signed in.
   */
  start(isNew: boolean): void {
    const views = this.#places.map(({ view }) => view.node);
    for (const each of views) each.hidden = true;
    this.#page.replaceChildren(
      element('a', { class: 'skip', href: '#main', onclick: skip }, t('Skip to the content')),
      header(this.#menu),
      this.#nav,
      element('main', { id: 'main', tabindex: '-1' }, ...views, saidLine),
    );
    if (isNew) history.replaceState(null, '', location.pathname);
    this.#follow(isNew);
  }

  /** Replaces the menu at the end of the header. */
  showMenu(menu: HTMLElement): void {
    this.#menu.replaceChildren(menu);
  }

  /** Marks a screen in the navigation, because something is to be done there. */
  mark(id: string, isMarked: boolean): void {
    for (const dot of this.#nav.querySelectorAll<HTMLElement>(`[data-view="${id}"] .dot`)) {
      dot.hidden = !isMarked;
    }
  }

  /** Shows the current screen with what is known now. */
  async refresh(): Promise<void> {
    await this.#open?.onOpen();
  }

  /** Stops following the address for good. */
  close(): void {
    this.#abort.abort();
  }

  #follow(moveFocus: boolean): void {
    const id = location.hash.slice(1);
    const found = this.#places.find(({ view }) => view.id === id);
    // The fragment may also name a part of a screen.
    const next = found ?? (id === '' ? this.#places[0] : (this.#open ?? this.#places[0]));
    if (next === undefined || next === this.#open) return;
    if (this.#open !== undefined) {
      this.#open.view.node.hidden = true;
      say('');
    }
    this.#open = next;
    next.view.node.hidden = false;
    document.title = `${next.view.title} · Sealwright`;
    for (const link of this.#nav.querySelectorAll('a')) {
      if (link.dataset['view'] === next.view.id) link.setAttribute('aria-current', 'page');
      else link.removeAttribute('aria-current');
    }
    void next.onOpen();
    if (!moveFocus) return;
    scrollTo(0, 0);
    next.view.focus();
  }
}

/** The link's own fragment would change the address, which names the screen. */
function skip(event: Event): void {
  event.preventDefault();
  document.getElementById('main')?.focus();
}

function navigation(places: readonly Place[], signOut: () => void): HTMLElement {
  const more = disclosureMenu({
    name: 'more',
    kind: 'nav-more',
    face: [icon('dots'), t('More')],
    items: [
      ...places.filter(({ isUnderMore }) => isUnderMore).map(linkTo),
      control({
        name: 'sign-out:more',
        text: t('Sign out'),
        kind: 'text',
        icon: 'exit',
        onClick: signOut,
      }),
    ],
  });
  return element(
    'nav',
    { class: 'nav', 'aria-label': t('Account') },
    element(
      'ul',
      {},
      ...places.map((place) =>
        element('li', { class: place.isUnderMore ? 'wide-only' : '' }, linkTo(place)),
      ),
      element('li', { class: 'narrow-only' }, more),
    ),
  );
}

function linkTo({ view, sign, name, short }: Place): HTMLElement {
  const names =
    short === undefined
      ? [name]
      : [
          element('span', { class: 'wide-only' }, name),
          element('span', { class: 'narrow-only' }, short),
        ];
  const dot = element(
    'span',
    { class: 'dot', hidden: true },
    element('span', { class: 'aside' }, `, ${t('something is to be done')}`),
  );
  return element('a', { href: `#${view.id}`, 'data-view': view.id }, icon(sign), ...names, dot);
}
