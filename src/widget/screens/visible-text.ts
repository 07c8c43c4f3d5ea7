/**
 * Characters that are invisible or change how others look: control and format characters, line
 * separators, unassigned and private characters, those that fonts leave out
 * (Default_Ignorable_Code_Point), every space but U+0020, and glyphs that are blank by design.
 */
const UNSEEN =
  /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}\p{Zs}\p{Default_Ignorable_Code_Point}\u2800\u{16fe4}\u{1d159}]/gu;

/** Characters that are shown unchanged, because their effect is visible. */
const PLAIN: ReadonlySet<string> = new Set([' ', '\n', '\t']);

/** Returns the text with each invisible character replaced by its code point. */
export const visibleText = (text: string): string =>
  text.replace(UNSEEN, (character) => {
    if (PLAIN.has(character)) return character;
    const digits = (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
    return `⟨U+${digits}⟩`;
  });
