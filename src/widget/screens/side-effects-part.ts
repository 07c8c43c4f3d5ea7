/** What an approval does besides giving the signature. */
import type { EarlierGrant, ReviewReply } from '../../api/reviews.js';
import { element } from '../../pages/element.js';
import { timeOf } from './request-parts.js';

/** A member that the service adds and nobody shows does not compile here. */
const nothingElse = (_rest: Readonly<Record<string, never>>): void => undefined;

const quoted = (names: readonly string[]): string => names.map((name) => `“${name}”`).join(', ');
const nameIn = (id: string): string => id.slice(id.lastIndexOf(':') + 1);

export function sideEffectsOf({ sideEffects }: ReviewReply): HTMLElement | undefined {
  if (sideEffects === null) return undefined;
  const { node, spaces, network, rootSignatures, ...more } = sideEffects;
  const { sessionLifetimeMs, hostingEnds, earlierGrants, earlierGrantsLeftOut, ...rest } = more;
  nothingElse(rest);
  const { host } = new URL(node);
  return element(
    'section',
    { class: 'effects', 'data-part': 'side-effects' },
    element('h2', {}, 'It also sets up your account'),
    element(
      'p',
      {},
      `${spaces.length} spaces (${quoted(spaces.map(nameIn))}) and the encryption network ${quoted([nameIn(network)])} on ${host}, with ${rootSignatures} more signatures of your key. You are asked only this once.`,
    ),
    element(
      'p',
      {},
      `The rights that this service uses for it end after ${lifetimeOf(sessionLifetimeMs)}. `,
      hostingEnds
        ? 'So does the hosting of your spaces.'
        : `${host} hosts your spaces without an end.`,
    ),
    ...earlierGrants.map(earlierGrant),
    earlierGrantsLeftOut === 0
      ? undefined
      : element(
          'p',
          { class: 'right danger' },
          `${earlierGrantsLeftOut} more requests that you signed before take effect then, too many to name.`,
        ),
  );
}

function earlierGrant({
  domain,
  spaces,
  networks,
  more,
  expiresAt,
  ...rest
}: EarlierGrant): HTMLElement {
  nothingElse(rest);
  const parts = [
    ...(spaces.length === 0 ? [] : [quoted(spaces)]),
    ...(networks.length === 0 ? [] : [`the encryption network ${quoted(networks)}`]),
    ...(more === 0 ? [] : [`${more} more`]),
  ];
  return element(
    'p',
    { class: 'right danger' },
    `${domain} then gets what you signed before: ${parts.join(', ')}, `,
    ...(expiresAt === undefined ? ['without an end.'] : ['until ', timeOf(expiresAt), '.']),
  );
}

function lifetimeOf(ms: number): string {
  const minutes = Math.round(ms / 60_000);
  if (minutes % 60 !== 0) return `${minutes} minutes`;
  return minutes === 60 ? 'one hour' : `${minutes / 60} hours`;
}
