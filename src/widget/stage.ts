/** Where screens are shown, one at a time; tells the app how much room they take. */
import type { Layout, WidgetMessage } from '../wire/protocol.js';
import { element } from '../pages/element.js';

/** Screens that come before the person told the app anything. */
const UNDISCLOSED: ReadonlySet<string> = new Set(['connect', 'continue']);

/** The height of these screens, in CSS pixels: with their own heights an app could tell whether somebody is signed in. */
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

  /** Shows a screen in front of everything, and begins at its heading. `owner`: whose it is, until another shows one. */
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

  /** Moves what is shown into a corner, where it is in nobody's way. */
  moveAside(owner: object): void {
    if (owner !== this.#owner) return;
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
