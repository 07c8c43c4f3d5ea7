/**
 * Finds the wallets in this page: those that announce themselves (EIP-6963), or the one that is
 * `window.ethereum`. Their names and pictures are their own words, so they are only shown.
 */
import { isFields } from '../wire/read-message.js';
import { t } from './translate.js';

/** A provider of EIP-1193. */
export type Wallet = {
  request(asked: { method: string; params?: readonly unknown[] }): Promise<unknown>;
};

/** A wallet that a person can choose. */
export type FoundWallet = {
  readonly name: string;
  /** A picture as a data URL, or undefined if it announced none that can be shown. */
  readonly picture: string | undefined;
  readonly wallet: Wallet;
};

const MAX_NAME_LENGTH = 40;
const MAX_PICTURE_LENGTH = 200_000;
const PICTURE = /^data:image\/(?:png|jpeg|webp|gif|svg\+xml)[;,]/;

const announced = new Map<string, FoundWallet>();

const isWallet = (value: unknown): value is Wallet =>
  isFields(value) && typeof value['request'] === 'function';

const isOurs = (wallet: Wallet): boolean => 'isSealwright' in wallet;

function hear(event: Event): void {
  const detail: unknown = 'detail' in event ? event.detail : undefined;
  if (!isFields(detail) || !isFields(detail['info'])) return;
  const { provider } = detail;
  const { uuid, name, icon } = detail['info'];
  if (typeof uuid !== 'string' || typeof name !== 'string' || !isWallet(provider)) return;
  if (isOurs(provider)) return;
  const isPicture =
    typeof icon === 'string' && icon.length <= MAX_PICTURE_LENGTH && PICTURE.test(icon);
  announced.set(uuid, {
    name: name.slice(0, MAX_NAME_LENGTH),
    picture: isPicture ? icon : undefined,
    wallet: provider,
  });
}

let isListening = false;

/** Returns the wallets of this page, without our own provider. */
export function findWallets(): readonly FoundWallet[] {
  if (!isListening) {
    isListening = true;
    window.addEventListener('eip6963:announceProvider', hear);
  }
  // Wallets answer while the event is dispatched.
  window.dispatchEvent(new Event('eip6963:requestProvider'));
  if (announced.size > 0) return [...announced.values()];
  const found: unknown = 'ethereum' in window ? window.ethereum : undefined;
  return isWallet(found) && !isOurs(found)
    ? [{ name: t('Wallet'), picture: undefined, wallet: found }]
    : [];
}
