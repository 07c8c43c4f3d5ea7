/**
 * Records signed grants that have not expired in the user's document. If the account is set up
 * later, those grants take effect, so the review that sets it up lists them.
 *
 * At most ACCOUNT_LIMITS.grants are kept. A new grant never displaces an older one that is at least
 * as harmful: the least harmful grant is left out and, of equally harmful ones, the newest. Grants
 * that are left out are counted per key until they expire, and the count is shown as well.
 */
import { ACCOUNT_LIMITS } from '../accounts/account-limits.js';
import type { SignedGrant, UserDocument, UserKey } from '../accounts/user-document.js';
import { isGraveRight } from './review/statements.js';
import { isKnownSpace } from './review/space-words.js';
import type { RecapContent, SigningRequest } from './signing-request.js';

const MAX_NAMED = 20;
const DAY_MS = 86_400_000;

/**
 * Returns the user with the grant of this request, if it grants rights with this key, and without
 * expired grants.
 */
export function noteGrant(
  user: UserDocument,
  key: UserKey,
  request: SigningRequest,
  nowMs: number,
): UserDocument {
  const live = withoutEnded(user, nowMs);
  const grant = grantOf(request, key, nowMs);
  if (grant === undefined) return live;
  // If the same rights are granted to the same app again, the grant that lasts longer covers both.
  const grants = [...live.grants.filter((each) => !replaces(grant, each)), grant];
  return grants.length <= ACCOUNT_LIMITS.grants ? { ...live, grants } : leaveOne(live, grants);
}

/**
 * Returns the rights to the user's own spaces and networks that a request grants, or undefined if
 * it grants none.
 */
export function grantOf(
  { content }: SigningRequest,
  key: UserKey,
  nowMs: number,
): SignedGrant | undefined {
  if (content.kind !== 'recap' || content.message.address !== key.address) return undefined;
  const { message } = content;
  const { spaces, networks, isGrave } = readRights(content, key);
  if (spaces.length + networks.length === 0) return undefined;
  const { expirationTime, domain } = message;
  const more = Math.max(0, spaces.length - MAX_NAMED) + Math.max(0, networks.length - MAX_NAMED);
  return {
    keyId: key.id,
    domain: domain.slice(0, 300),
    signedAtMs: nowMs,
    expiresAtMs: expirationTime === undefined ? null : Date.parse(expirationTime),
    spaces: spaces.slice(0, MAX_NAMED),
    ...(networks.length === 0 ? {} : { networks: networks.slice(0, MAX_NAMED) }),
    ...(more === 0 ? {} : { more }),
    isGrave,
  };
}

/**
 * Returns distinct names, and whether any right is grave. The spaces of every account come first,
 * so that a long list cannot hide them.
 */
function readRights(
  { rights }: RecapContent,
  { address }: UserKey,
): Pick<SignedGrant, 'spaces'> & { readonly networks: string[]; readonly isGrave: boolean } {
  const spaces = new Set<string>();
  const networks = new Set<string>();
  let isGrave = false;
  for (const { resource, abilities } of rights) {
    isGrave ||= isGraveRight(resource, abilities);
    if (resource?.kind === 'network') {
      if (resource.network.owner.address === address) networks.add(resource.network.name);
    } else if (resource?.space.owner.address === address && resource.service !== 'space') {
      spaces.add(resource.space.name);
    }
  }
  const known = [...spaces].filter(isKnownSpace);
  const others = [...spaces].filter((name) => !isKnownSpace(name));
  return { spaces: [...known, ...others], networks: [...networks], isGrave };
}

const endOf = (expiresAtMs: number | null): number => expiresAtMs ?? Number.POSITIVE_INFINITY;

/** Returns a predicate for grants that have not expired at this time. A null expiry never ends. */
export const liveAt =
  (nowMs: number) =>
  ({ expiresAtMs }: { readonly expiresAtMs: number | null }): boolean =>
    endOf(expiresAtMs) > nowMs;

function withoutEnded(user: UserDocument, nowMs: number): UserDocument {
  const isLive = liveAt(nowMs);
  const { grants, grantsLeftOut = [] } = user;
  if (grants.every(isLive) && grantsLeftOut.every(isLive)) return user;
  return {
    ...user,
    grants: grants.filter(isLive),
    grantsLeftOut: grantsLeftOut.filter(isLive),
  };
}

/**
 * Returns whether a grant makes an older one redundant: it has the same content and lasts at least
 * as long.
 */
function replaces(after: SignedGrant, before: SignedGrant): boolean {
  const same = (one: readonly string[] = [], other: readonly string[] = []): boolean =>
    one.join() === other.join();
  return (
    endOf(after.expiresAtMs) >= endOf(before.expiresAtMs) &&
    before.keyId === after.keyId &&
    before.domain === after.domain &&
    before.isGrave === after.isGrave &&
    // Names beyond the limit are only counted, so they may differ.
    before.more === undefined &&
    after.more === undefined &&
    same(before.spaces, after.spaces) &&
    same(before.networks, after.networks)
  );
}

/** A grant without this member counts as grave. */
const harmOf = ({ isGrave: grave = true, signedAtMs, expiresAtMs }: SignedGrant): number =>
  (grave ? 2 : 0) + (endOf(expiresAtMs) - signedAtMs > DAY_MS ? 1 : 0);

function leaveOne(user: UserDocument, grants: readonly SignedGrant[]): UserDocument {
  const least = Math.min(...grants.map(harmOf));
  const victim = grants.findLast((each) => harmOf(each) === least);
  if (victim === undefined) throw new TypeError('there is a grant to leave out');
  const { grantsLeftOut = [] } = user;
  const before = grantsLeftOut.find(({ keyId }) => keyId === victim.keyId);
  const lastEndMs = Math.max(
    endOf(victim.expiresAtMs),
    before === undefined ? Number.NEGATIVE_INFINITY : endOf(before.expiresAtMs),
  );
  const entry = {
    keyId: victim.keyId,
    count: (before?.count ?? 0) + 1,
    expiresAtMs: Number.isFinite(lastEndMs) ? lastEndMs : null,
  };
  return {
    ...user,
    grants: grants.filter((each) => each !== victim),
    grantsLeftOut: [...grantsLeftOut.filter((each) => each !== before), entry],
  };
}
