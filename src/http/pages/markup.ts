/** Markup whose texts are escaped. `html` is the only way to make it. */
export class Markup {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  toString(): string {
    return this.#text;
  }
}

type Value = Markup | string | number | readonly (Markup | string)[];

/** Escapes a text for an element's content or for an attribute in double quotes. */
export const escapeHtml = (text: string): string =>
  text
    .replaceAll('&', '&amp;')
    .replaceAll('"', '&quot;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;');

const written = (value: Value): string => {
  if (value instanceof Markup) return value.toString();
  if (typeof value === 'object') return value.map(written).join('');
  return escapeHtml(String(value));
};

/** Composes markup. Every value that is not markup itself is escaped. */
export const html = (parts: TemplateStringsArray, ...values: readonly Value[]): Markup =>
  new Markup(
    parts.map((part, at) => (at === 0 ? part : `${written(values[at - 1] ?? '')}${part}`)).join(''),
  );

/** Joins pieces of markup with a text between them. */
export const joinMarkup = (pieces: readonly Markup[], between: string): Markup =>
  new Markup(pieces.map(written).join(escapeHtml(between)));

/** Sets the parts of a sentence that stand between backticks as code. */
export const withCode = (sentence: string): readonly Markup[] =>
  sentence
    .split('`')
    .map((part, at) => (at % 2 === 1 ? html`<code>${part}</code>` : html`${part}`));
