import { decoration, outlineOf, pathElement } from './svg.js';

/**
 * One ring of a rosette: its radius, how far its waves reach, how many there are, and how they are
 * turned.
 */
type Ring = {
  readonly radius: number;
  readonly depth: number;
  readonly waves: number;
  readonly turn: number;
  readonly fill: string;
};

const CENTER = 32;

function ringsOf(bytes: readonly number[]): readonly Ring[] {
  const at = (index: number): number => bytes[index % bytes.length] ?? 0;
  const hue = Math.round((at(0) / 256) * 360);
  const other = (hue + 90 + at(1) / 2) % 360;
  return [
    { radius: 28, lightness: 32, saturation: 36, hue, from: 2 },
    { radius: 19, lightness: 82, saturation: 34, hue, from: 5 },
    { radius: 10, lightness: 42, saturation: 42, hue: other, from: 8 },
  ].map(({ radius, lightness, saturation, hue: own, from }) => ({
    radius,
    depth: radius * (0.08 + (at(from) % 8) / 90),
    waves: 5 + (at(from + 1) % 9),
    turn: (at(from + 2) / 256) * 2 * Math.PI,
    fill: `hsl(${Math.round(own)} ${saturation}% ${lightness}%)`,
  }));
}

/**
 * Creates the rosette of an address, like the pattern on a banknote, drawn from its 20 bytes. It
 * helps to recognize an account and proves nothing, so the short address always stands beside it.
 */
export function rosette(address: string): SVGSVGElement {
  const digits = address.replace(/^0x/, '');
  const bytes = [...digits.matchAll(/[0-9a-f]{2}/gi)].map(([pair]) => Number.parseInt(pair, 16));
  const rings = ringsOf(bytes).map(({ radius, depth, waves, turn, fill }) =>
    pathElement(
      outlineOf(CENTER, (angle) => radius + depth * Math.cos(waves * angle + turn)),
      { fill },
    ),
  );
  return decoration('rosette', '0 0 64 64', ...rings);
}
