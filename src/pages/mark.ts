import { decoration, outlineOf, pathElement } from './svg.js';

const SEAL = outlineOf(16, (angle) => 14 + 1.05 * Math.cos(16 * angle));
const CUT = 'M22.5 1.5C13.5 4.5 7.5 12 16 16s2.5 11.5-6.5 14.5';

/**
 * Creates the mark: a seal cut in two by a wavy line, like an indenture whose halves fit only each
 * other.
 */
export const sealMark = (): SVGSVGElement =>
  decoration(
    'seal-mark',
    '0 0 32 32',
    pathElement(SEAL, { fill: 'currentColor' }),
    pathElement(CUT, { fill: 'none', stroke: 'var(--paper)', 'stroke-width': '2.6' }),
  );
