/**
 * Characters that nobody sees, or that change how others are seen: control and format characters, line separators, what is
 * not assigned or private, what fonts leave out (Default_Ignorable_Code_Point), every space but U+0020, and glyphs that are
 * blank by design.
 */
const UNSEEN =
  /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}\p{Zs}\p{Default_Ignorable_Code_Point}\u2800\u{16fe4}\u{1d159}]/gu;

/** As they are: everybody knows what they do, and the text is shown with them. */
const PLAIN: ReadonlySet<string> = new Set([' ', '\n', '\t']);

/** A text as it is, with what could not be seen in it named by its code point. */
export const visibleText = (text: string): string =>
  text.replace(UNSEEN, (character) => {
    if (PLAIN.has(character)) return character;
    const digits = (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
    return `⟨U+${digits}⟩`;
  });
