/** Elements without markup: text stays text, whoever wrote it. */
type Attributes = Readonly<Record<string, string | boolean | EventListener>>;
export type Child = Node | string | undefined;

/** An element; attributes that begin with `on` are listeners, `true` is an attribute without a value, `false` is none. */
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

/** A button; `kind` is its class. */
export const button = (
  text: string,
  kind: 'primary' | 'plain' | 'link' | 'text',
  onClick: (event: Event) => void,
): HTMLButtonElement =>
  element('button', { type: 'button', class: `button ${kind}`, onclick: onClick }, text);

/** Where what happened is said, aloud too. Say it with `say`. */
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

export const shortAddress = (address: string): string =>
  `${address.slice(0, 6)}…${address.slice(-4)}`;
