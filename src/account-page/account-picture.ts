/**
 * The picture of an account: the person's key in the middle, five spaces around it, and the
 * encryption network and the registry outside. Each part is a link to its row in the table beside
 * the picture, which says the same.
 */
import { iconPath } from '../pages/icons.js';
import { rosette } from '../pages/rosette.js';
import { outlineOf, pathElement, svgElement } from '../pages/svg.js';
import {
  ACCOUNT_PARTS,
  type AccountPart,
  type PartId,
  type PartState,
  STATE_WORDS,
} from './account-parts.js';
import { t } from '../pages/translate.js';

type Place = { readonly x: number; readonly y: number; readonly from: PartId | 'key' };

const KEY_AT = { x: 220, y: 212 } as const;
const CORE_RADIUS = 50;
const DISC_RADIUS = 30;
const ORBIT_RADIUS = 136;

const PLACES: { readonly [id in PartId]: Place } = {
  default: { x: 220, y: 76, from: 'key' },
  applications: { x: 346, y: 166, from: 'key' },
  secrets: { x: 298, y: 312, from: 'key' },
  account: { x: 142, y: 312, from: 'key' },
  public: { x: 94, y: 166, from: 'key' },
  network: { x: 388, y: 398, from: 'secrets' },
  registry: { x: 52, y: 398, from: 'account' },
};

/** The picture, which can be drawn again with other states. */
export type AccountPicture = {
  readonly node: SVGSVGElement;
  draw(states: ReadonlyMap<PartId, PartState>): void;
};

/** Creates the picture. `onOpen` is called with the part that a person opens. */
export function accountPicture(address: string, onOpen: (id: PartId) => void): AccountPicture {
  const nodes = ACCOUNT_PARTS.map((part) => {
    const link = svgElement('path', { d: linkPath(PLACES[part.id]) });
    const node = svgElement('a', { href: `#part-${part.id}`, 'data-part': part.id });
    node.addEventListener('click', (event) => {
      event.preventDefault();
      onOpen(part.id);
    });
    return { part, link, node };
  });
  const drawn = new Map<PartId, PartState>();
  const picture = svgElement(
    'svg',
    {
      class: 'picture',
      viewBox: '0 0 440 466',
      role: 'group',
      'aria-label': t('Picture of your account'),
    },
    orbit(),
    ...nodes.map(({ link }) => link),
    core(address),
    ...nodes.map(({ node }) => node),
  );
  return {
    node: picture,
    draw: (states) => {
      for (const { part, link, node } of nodes) {
        const state = states.get(part.id) ?? 'waiting';
        if (drawn.get(part.id) === state) continue;
        drawn.set(part.id, state);
        link.setAttribute('class', `link ${state}`);
        drawNode(node, part, state);
      }
    },
  };
}

/** A line between two circles, from edge to edge. */
function linkPath({ x, y, from }: Place): string {
  const start = from === 'key' ? KEY_AT : PLACES[from];
  const length = Math.hypot(x - start.x, y - start.y);
  const at = (distance: number): string =>
    `${(start.x + ((x - start.x) * distance) / length).toFixed(1)} ${(start.y + ((y - start.y) * distance) / length).toFixed(1)}`;
  const startRadius = from === 'key' ? CORE_RADIUS : DISC_RADIUS;
  return `M${at(startRadius + 6)}L${at(length - DISC_RADIUS - 4)}`;
}

const middle = (...children: readonly Node[]): SVGGElement =>
  svgElement('g', { transform: `translate(${KEY_AT.x} ${KEY_AT.y})` }, ...children);

/** Two waves that cross each other, as on a banknote. */
const orbit = (): SVGGElement =>
  middle(
    ...[1, -1].map((turn) =>
      pathElement(
        outlineOf(0, (angle) => ORBIT_RADIUS + 3 * turn * Math.cos(36 * angle), 240),
        { class: 'orbit' },
      ),
    ),
  );

function core(address: string): SVGGElement {
  const mark = rosette(address);
  for (const [name, value] of Object.entries({ x: -42, y: -42, width: 84, height: 84 })) {
    mark.setAttribute(name, String(value));
  }
  const label = svgElement('text', { class: 'sub', y: '76' });
  label.textContent = t('Your key');
  return middle(svgElement('circle', { class: 'core', r: String(CORE_RADIUS) }), mark, label);
}

function drawNode(node: SVGAElement, part: AccountPart, state: PartState): void {
  const { x, y } = PLACES[part.id];
  const label = svgElement('text', { y: y < KEY_AT.y - 100 ? '-42' : '51' });
  label.textContent = part.short;
  node.setAttribute('class', `node ${state}`);
  node.setAttribute('aria-label', `${part.name}: ${STATE_WORDS[state][0].toLowerCase()}`);
  node.replaceChildren(
    svgElement(
      'g',
      { transform: `translate(${x} ${y})` },
      svgElement('circle', { class: 'disc', r: String(DISC_RADIUS) }),
      svgElement(
        'g',
        { class: 'sign', transform: 'translate(-13 -13) scale(1.083)' },
        iconPath(part.sign),
      ),
      ...badge(state),
      label,
    ),
  );
}

function badge(state: PartState): readonly SVGElement[] {
  if (state === 'running') return [pathElement('M0-30A30 30 0 0 1 30 0', { class: 'arc' })];
  if (state === 'waiting') return [];
  const sign = state === 'done' ? 'm16.5-21 3.2 3.2 5.8-6.2' : 'M21-26v6M21-16.5v.01';
  return [
    svgElement('circle', { class: 'badge', cx: '21', cy: '-21', r: '10' }),
    pathElement(sign, { class: 'badge-sign' }),
  ];
}
