const NAMESPACE = 'http://www.w3.org/2000/svg';

/** Creates an SVG element with attributes and children. */
export function svgElement<K extends keyof SVGElementTagNameMap>(
  tag: K,
  attributes: Readonly<Record<string, string>>,
  ...children: readonly Node[]
): SVGElementTagNameMap[K] {
  const made = document.createElementNS(NAMESPACE, tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

/**
 * Creates a picture that says nothing which the text beside it does not say, so assistive
 * technology skips it.
 */
export const decoration = (
  className: string,
  viewBox: string,
  ...children: readonly Node[]
): SVGSVGElement =>
  svgElement('svg', { class: className, viewBox, 'aria-hidden': 'true' }, ...children);

/** Creates a path. */
export const pathElement = (
  d: string,
  attributes: Readonly<Record<string, string>> = {},
): SVGPathElement => svgElement('path', { d, ...attributes });

/**
 * The closed outline of a curve around a center, as path data: `radiusAt` gives the radius for an
 * angle in radians.
 */
export function outlineOf(
  center: number,
  radiusAt: (angle: number) => number,
  steps = 120,
): string {
  const points = Array.from({ length: steps }, (_each, step) => {
    const angle = (step / steps) * 2 * Math.PI;
    const radius = radiusAt(angle);
    const x = center + radius * Math.cos(angle);
    const y = center + radius * Math.sin(angle);
    return `${x.toFixed(2)} ${y.toFixed(2)}`;
  });
  return `M${points.join('L')}Z`;
}
