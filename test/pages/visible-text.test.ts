/** What nobody can see in a text is named in what is shown of it. */
import { test } from '../test.js';
import * as fc from 'fast-check';
import { visibleText } from '../../src/widget/screens/visible-text.js';

/** Code points that look like nothing, like a space, or like their neighbors changed. */
const UNSEEN: readonly (readonly [codePoint: number, name: string])[] = [
  [0x00, 'null'],
  [0x08, 'backspace'],
  [0x0d, 'carriage return'],
  [0x7f, 'delete'],
  [0x85, 'next line'],
  [0xa0, 'no-break space'],
  [0xad, 'soft hyphen'],
  [0x034f, 'combining grapheme joiner'],
  [0x061c, 'Arabic letter mark'],
  [0x115f, 'Hangul choseong filler'],
  [0x1160, 'Hangul jungseong filler'],
  [0x1680, 'Ogham space mark'],
  [0x17b4, 'Khmer vowel inherent aq'],
  [0x17b5, 'Khmer vowel inherent aa'],
  [0x180b, 'Mongolian free variation selector one'],
  [0x180e, 'Mongolian vowel separator'],
  [0x2000, 'en quad'],
  [0x2003, 'em space'],
  [0x2007, 'figure space'],
  [0x200a, 'hair space'],
  [0x200b, 'zero width space'],
  [0x200d, 'zero width joiner'],
  [0x200e, 'left-to-right mark'],
  [0x2028, 'line separator'],
  [0x2029, 'paragraph separator'],
  [0x202e, 'right-to-left override'],
  [0x202f, 'narrow no-break space'],
  [0x205f, 'medium mathematical space'],
  [0x2060, 'word joiner'],
  [0x2065, 'not assigned, ignorable'],
  [0x2066, 'left-to-right isolate'],
  [0x2800, 'Braille pattern blank'],
  [0x3000, 'ideographic space'],
  [0x3164, 'Hangul filler'],
  [0xe000, 'private use'],
  [0xfe00, 'variation selector-1'],
  [0xfe0f, 'variation selector-16'],
  [0xfeff, 'byte order mark'],
  [0xffa0, 'halfwidth Hangul filler'],
  [0xfff0, 'not assigned'],
  [0xfffe, 'noncharacter'],
  [0x16fe4, 'Khitan small script filler'],
  [0x1bca0, 'shorthand format letter overlap'],
  [0x1d159, 'musical symbol null notehead'],
  [0x1d173, 'musical symbol begin beam'],
  [0xe0001, 'language tag'],
  [0xe0041, 'tag latin capital letter a'],
  [0xe0100, 'variation selector-17'],
  [0x10fffd, 'private use, plane 16'],
];

const nameOf = (codePoint: number): string =>
  `⟨U+${codePoint.toString(16).toUpperCase().padStart(4, '0')}⟩`;

for (const [codePoint, name] of UNSEEN) {
  test(`${name} is named by its code point`, (t) => {
    const character = String.fromCodePoint(codePoint);
    t.is(visibleText(`a${character}b${character}`), `a${nameOf(codePoint)}b${nameOf(codePoint)}`);
  });
}

test('every kind of space but the ordinary one is named', (t) => {
  for (let codePoint = 0; codePoint <= 0xffff; codePoint += 1) {
    const character = String.fromCharCode(codePoint);
    const isBlank = character.trim() === '' && !' \n\t'.includes(character);
    if (isBlank) t.is(visibleText(character), nameOf(codePoint));
  }
});

test('a lone surrogate is named', (t) => {
  t.is(visibleText('a\ud800b'), `a${nameOf(0xd800)}b`);
});

test('text that can be seen stays as it is', (t) => {
  for (const text of ['a b\n\tc', 'Grüße', 'שלום', '漢字', '😀', 'e\u0301', '1⁄2', '«»…', '']) {
    t.is(visibleText(text), text);
  }
});

test('nothing is left that nobody sees, and nothing else is changed', (t) => {
  const hidden = /[\p{Cc}\p{Cf}\p{Cn}\p{Zl}\p{Zp}\p{Zs}\p{Default_Ignorable_Code_Point}]/u;
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const shown = visibleText(text);
      const left = Array.from(shown).filter((each) => !' \n\t'.includes(each) && hidden.test(each));
      const restored = shown.replace(/⟨U\+([0-9A-F]+)⟩/g, (_all, digits: string) =>
        String.fromCodePoint(Number.parseInt(digits, 16)),
      );
      return left.length === 0 && restored === text;
    }),
    { seed: 20_261_128, numRuns: 2_000 },
  );
  t.pass();
});
