/**
 * Decides whether CAA records let nobody but one account obtain a certificate that browsers accept
 * for a name (RFC 8659, with the parameter `accounturi` of RFC 8657).
 */
import type { CaaSet, CaaSight } from './caa-sight.js';

/** Whether the records limit certificates to the account, and what they say. */
export type CaaLimit = { readonly isLimited: boolean; readonly said: string };

const DOMAIN = /^[a-z0-9_-]+(?:\.[a-z0-9_-]+)*$/i;
const PARAMETER = /^([a-z0-9][a-z0-9-]*)[ \t]*=[ \t]*([\x21-\x3a\x3c-\x7e]*)$/i;

/** Who a property allows: no one, the account alone, or another party as well. */
type Allowed = 'no one' | 'the account' | 'others';

/**
 * Returns whom the value of `issue` or `issuewild` allows. An authority reads a malformed value as
 * "no one" (RFC 8659, 4.2), but it is not relied on here. Two accounts are read as none by an
 * honest authority (RFC 8657, 3), and as either one by another.
 */
function allowedBy(value: string, account: string): Allowed {
  const [domain = '', ...rest] = value.split(';').map((part) => part.trim());
  const texts = rest.filter((part) => part !== '');
  if (domain === '') return texts.length === 0 ? 'no one' : 'others';
  const parameters = texts.map((part) => PARAMETER.exec(part));
  if (!DOMAIN.test(domain) || parameters.includes(null)) return 'others';
  const accounts = parameters
    .filter((found) => found?.[1]?.toLowerCase() === 'accounturi')
    .map((found) => found?.[2]);
  return accounts.length === 1 && accounts[0] === account ? 'the account' : 'others';
}

/** Returns whom each property allows that decides about a certificate of this kind. */
function allowed({ records }: CaaSet, kind: 'issue' | 'issuewild', account: string): Allowed[] {
  const wild = records.filter(({ tag }) => tag === 'issuewild');
  const deciding =
    kind === 'issuewild' && wild.length > 0 ? wild : records.filter(({ tag }) => tag === 'issue');
  // Without a property, any authority may issue to anyone.
  return deciding.length === 0
    ? ['others']
    : deciding.map(({ value }) => allowedBy(value, account));
}

/** Decides for the account, which the statement of the service names. */
export function limitOf(sight: CaaSight, account: string): CaaLimit {
  const open = (said: string): CaaLimit => ({ isLimited: false, said });
  if ('problem' in sight) return open(`not known: ${sight.problem}`);
  const { name, alias, own, parent } = sight;
  if (alias !== null) return open(`${name} is an alias of ${alias}, whose owner decides`);
  if (own.at === null) return open(`${name} has no CAA record, nor has a name above it`);
  const named = allowed(own, 'issue', account);
  if (named.includes('others')) return open(`the records of ${own.at} allow other accounts`);
  if (!named.includes('the account')) {
    return open(`the records of ${own.at} do not allow the service's own account`);
  }
  // A wildcard certificate of the domain above covers the name; one of the name itself does not.
  if (parent !== null && allowed(parent, 'issuewild', account).includes('others')) {
    const where = parent.at ?? `the domain above ${name}`;
    return open(`the records of ${where} allow other accounts a wildcard certificate`);
  }
  return { isLimited: true, said: `the records of ${own.at} allow this account alone` };
}
