/**
 * Decides whether an approved signature is an app's sign-in to the TinyCloud account of this key.
 * This is a pure function of the parsed request and the settings; it runs before the store or the
 * node is used.
 *
 * | verdict              | condition                                                           |
 * | -------------------- | ------------------------------------------------------------------- |
 * | `kill-switch`        | bootstrap on sign is off                                            |
 * | `raw-format`         | the bytes are not text                                              |
 * | `not-tinycloud`      | not a SIWE message with a ReCap that its statement confirms         |
 * | `other-signer`       | a SIWE message of another address                                   |
 * | `unsupported-chain`  | a chain that is not configured                                      |
 * | `nothing-owned`      | no right in the five spaces or the network of this address, or only |
 * |                      | hosting, which is the default, interactive path                     |
 * | `auto-sign-disabled` | the person has turned automatic signing off                         |
 * | `expired-request`    | the request has expired                                             |
 */
import type { Address } from '../protocol/address.js';
import type { WalletDid } from '../protocol/did.js';
import type { Resource } from '../protocol/resource.js';
import type { SiweMessage } from '../protocol/siwe-message.js';
import { isSpaceName, NETWORK_NAME } from '../bootstrap/account.js';
import type { SkipReason } from '../signing/bootstrap-port.js';
import type { GrantedRights } from '../signing/granted-rights.js';
import type { SigningRequest } from '../signing/signing-request.js';

/** The settings that the decision depends on. */
export type GateSettings = {
  readonly enabled: boolean;
  readonly chainIds: readonly number[];
  readonly autoSignEnabled: boolean;
  readonly nowMs: number;
};

/** The decision: the owner of the account to provision, or why there is none. */
export type GateVerdict =
  | { readonly open: true; readonly owner: WalletDid }
  | { readonly open: false; readonly reason: SkipReason };

const shut = (reason: SkipReason): GateVerdict => ({ open: false, reason });

/** Judges a request that the key with this address signed. */
export function judgeApprovedSign(
  { content }: SigningRequest,
  address: Address,
  settings: GateSettings,
): GateVerdict {
  if (!settings.enabled) return shut('kill-switch');
  if (content.kind === 'bytes') return shut('raw-format');
  if (content.kind !== 'recap') return shut('not-tinycloud');
  const { message, rights } = content;
  if (message.address !== address) return shut('other-signer');
  if (!settings.chainIds.includes(message.chainId)) return shut('unsupported-chain');
  const owner: WalletDid = { chainId: message.chainId, address };
  if (!grantsOwnAccount(rights, owner)) return shut('nothing-owned');
  if (!settings.autoSignEnabled) return shut('auto-sign-disabled');
  if (isExpired(message, settings.nowMs)) return shut('expired-request');
  return { open: true, owner };
}

function grantsOwnAccount(rights: readonly GrantedRights[], owner: WalletDid): boolean {
  const hostingOnly = rights.every(({ abilities }) =>
    abilities.every((ability) => ability === 'tinycloud.space/host'),
  );
  return (
    !hostingOnly &&
    rights.some(({ resource, abilities }) => abilities.length > 0 && isOwn(resource, owner))
  );
}

function isOwn(resource: Resource | undefined, owner: WalletDid): boolean {
  if (resource === undefined) return false;
  const { owner: claimed, name } = resource.kind === 'space' ? resource.space : resource.network;
  const known = resource.kind === 'space' ? isSpaceName(name) : name === NETWORK_NAME;
  return known && claimed.address === owner.address && claimed.chainId === owner.chainId;
}

function isExpired(message: SiweMessage, nowMs: number): boolean {
  const { expirationTime } = message;
  return expirationTime !== undefined && Date.parse(expirationTime) <= nowMs;
}
