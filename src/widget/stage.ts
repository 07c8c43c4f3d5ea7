/** Shows screens, one at a time, and reports their size to the app. */
import type { Layout, WidgetMessage } from '../wire/protocol.js';
import { element } from '../pages/element.js';

/** Screens that appear before the person agreed to tell the app anything. */
const UNDISCLOSED: ReadonlySet<string> = new Set(['connect', 'continue']);

/**
 * The height of these screens in CSS pixels. Different heights would reveal whether someone is
 * signed in.
 */
const UNDISCLOSED_HEIGHT = 460;

export class Stage {
  readonly #page: HTMLElement;
  readonly #send: (message: WidgetMessage) => void;
  #owner: object | undefined;
  #place: Layout['place'] = 'hidden';
  #height = 0;
  #isUndisclosed = false;

  constructor(page: HTMLElement, send: (message: WidgetMessage) => void) {
    this.#page = page;
    this.#send = send;
    new ResizeObserver(() => this.#report(this.#place)).observe(page);
  }

  /**
   * Shows a screen in front and focuses its heading. `owner` owns the stage until another owner
   * shows a screen.
   */
  show(owner: object, name: string, screen: HTMLElement): void {
    this.#owner = owner;
    this.#set(name, screen);
    this.#report('front');
    const heading = screen.querySelector('h1');
    if (heading !== null) {
      heading.tabIndex = -1;
      heading.focus({ preventScroll: true });
    }
    scrollTo(0, 0);
  }

  /** Shows a screen in a corner, where it does not cover the app and does not take the focus. */
  showAside(owner: object, name: string, screen: HTMLElement): void {
    this.#owner = owner;
    this.#set(name, screen);
    this.#report('corner');
  }

  hide(owner: object): void {
    if (owner !== this.#owner) return;
    this.#owner = undefined;
    this.#report('hidden');
    this.#page.replaceChildren();
  }

  #set(name: string, screen: HTMLElement): void {
    this.#isUndisclosed = UNDISCLOSED.has(name);
    const main = element('main', { 'data-screen': name }, screen);
    this.#page.replaceChildren(main);
  }

  #report(place: Layout['place']): void {
    const height = this.#isUndisclosed
      ? UNDISCLOSED_HEIGHT
      : Math.ceil(this.#page.getBoundingClientRect().height);
    if (place === this.#place && height === this.#height) return;
    this.#place = place;
    this.#height = height;
    this.#send({ type: 'layout', layout: { place, height } });
  }
}
