/** Creates elements without parsing markup, so that text always stays text. */
type Attributes = Readonly<Record<string, string | boolean | EventListener>>;
/** The content of an element. */
export type Child = Node | string | undefined;

/**
 * Creates an element. Attributes that begin with `on` are listeners, `true` is an attribute without
 * a value, and `false` is none.
 */
export function element<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === 'function') made.addEventListener(name.slice(2), value);
    else if (value === true) made.setAttribute(name, '');
    else if (value !== false) made.setAttribute(name, value);
  }
  made.append(...children.filter((child) => child !== undefined));
  return made;
}

/** Creates a button. `kind` is its class. */
export const button = (
  text: string,
  kind: 'primary' | 'plain' | 'link' | 'text',
  onClick: (event: Event) => void,
): HTMLButtonElement =>
  element('button', { type: 'button', class: `button ${kind}`, onclick: onClick }, text);

/** Creates a live region, which screen readers announce. Set its text with `say`. */
export function notice(): { readonly node: HTMLElement; say(text: string, code?: string): void } {
  const node = element('p', { class: 'notice', role: 'status' });
  return {
    node,
    say: (text, code) => {
      node.textContent = text;
      if (code === undefined) delete node.dataset['code'];
      else node.dataset['code'] = code;
    },
  };
}

/** Shortens an address for display. */
export const shortAddress = (address: string): string =>
  `${address.slice(0, 6)}…${address.slice(-4)}`;
