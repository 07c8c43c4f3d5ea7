/**
 * ReCap (EIP-5573): the capabilities of a sign-in request, once as an object in its last resource and once in words in
 * its statement. Only both together are a ReCap here: an object whose statement says something else is refused, because
 * a person signed the statement.
 *
 * Strict form: canonical JSON, `att` and `prf` present, each ability with the single empty caveat `[{}]`, parents in
 * base58btc. Several spaces and raw abilities (an encryption network) are ordinary entries: a resource is any URI.
 */
import { ServiceError } from '../errors.js';
import { decodeBase64url, encodeBase64url } from './base64url.js';
import { decodeUtf8, utf8 } from './bytes.js';
import { canonicalJson } from './canonical-json.js';
import { cidFromBase58, cidToBase58, parseCid } from './cid.js';
import { isRecord } from './record.js';
import { parseSiweMessage, type SiweMessage } from './siwe-message.js';
import { isUri } from './uri.js';

/** Resource URI to its abilities, both in byte order; parents as base32 CIDs. */
export type Recap = {
  readonly attenuations: ReadonlyMap<string, readonly string[]>;
  readonly parents: readonly string[];
};

const URN = 'urn:recap:';
const PREAMBLE =
  'I further authorize the stated URI to perform the following actions on my behalf:';
const ABILITY = /^[A-Za-z0-9\-_.+*]+\/[A-Za-z0-9\-_.+*]+$/;

const invalid = (cause?: unknown): ServiceError => new ServiceError('ERR_RECAP_INVALID', { cause });

// The statement repeats a resource between quotation marks and may not hold a percent sign (EIP-4361).
const isNameable = (resource: string): boolean => isUri(resource) && !/['%]/.test(resource);

/**
 * A ReCap from entries in any order: sorted, abilities of one resource merged. What grants nothing is refused, since the
 * statement would not mention it. Throws ERR_RECAP_INVALID, or ERR_CID_INVALID for a parent.
 */
export function createRecap(
  entries: Iterable<readonly [resource: string, abilities: readonly string[]]>,
  parents: readonly string[] = [],
): Recap {
  const merged = new Map<string, Set<string>>();
  for (const [resource, abilities] of entries) {
    if (!isNameable(resource) || abilities.length === 0) throw invalid();
    if (!abilities.every((name) => ABILITY.test(name))) throw invalid();
    const known = merged.get(resource) ?? new Set<string>();
    for (const ability of abilities) known.add(ability);
    merged.set(resource, known);
  }
  if (merged.size === 0) throw invalid();
  for (const parent of parents) parseCid(parent);
  const sorted = [...merged.keys()].toSorted(byCodeUnit);
  return {
    attenuations: new Map(
      sorted.map((key) => [key, [...(merged.get(key) ?? [])].toSorted(byCodeUnit)]),
    ),
    parents: [...new Set(parents)],
  };
}

// Everything compared here is ASCII, where code-unit order is byte order.
const byCodeUnit = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** The `urn:recap:` resource of a ReCap. */
export function encodeRecapUrn(recap: Recap): string {
  const att = [...recap.attenuations].map(([resource, abilities]) => [
    resource,
    Object.fromEntries(abilities.map((ability) => [ability, [{}]])),
  ]);
  const json = canonicalJson({
    att: Object.fromEntries(att),
    prf: recap.parents.map((parent) => cidToBase58(parent)),
  });
  return `${URN}${encodeBase64url(utf8(json))}`;
}

/** Reads a `urn:recap:` resource. Throws ERR_RECAP_INVALID for any text that encodeRecapUrn does not write. */
export function parseRecapUrn(text: string): Recap {
  try {
    if (!text.startsWith(URN)) throw invalid();
    const value: unknown = JSON.parse(decodeUtf8(decodeBase64url(text.slice(URN.length))) ?? '');
    const { att, prf } = asObject(value);
    if (!Array.isArray(prf)) throw invalid();
    const entries = Object.entries(asObject(att)).map(
      ([resource, abilities]) => [resource, Object.keys(asObject(abilities))] as const,
    );
    const parents = prf.map((parent) => cidFromBase58(String(parent)));
    const recap = createRecap(entries, parents);
    // Caveats, unknown members, a key twice, other spellings: whatever is not exactly our form shows here.
    if (encodeRecapUrn(recap) !== text) throw invalid();
    return recap;
  } catch (cause) {
    throw invalid(cause);
  }
}

function asObject(value: unknown): Record<string, unknown> {
  if (!isRecord(value)) throw invalid();
  return value;
}

/** The sentence that a person signs: numbered groups of one namespace and one resource, in byte order. */
export function recapStatement(recap: Recap): string {
  const items: string[] = [];
  for (const [resource, abilities] of recap.attenuations) {
    for (const [namespace, names] of groupByNamespace(abilities)) {
      const list = names.map((name) => `'${name}'`).join(', ');
      items.push(` (${items.length + 1}) '${namespace}': ${list} for '${resource}'.`);
    }
  }
  return `${PREAMBLE}${items.join('')}`;
}

/** Namespaces in byte order, each with its names in byte order. */
function groupByNamespace(abilities: readonly string[]): readonly (readonly [string, string[]])[] {
  const groups = new Map<string, string[]>();
  for (const ability of abilities) {
    const cut = ability.indexOf('/');
    const names = groups.get(ability.slice(0, cut)) ?? [];
    names.push(ability.slice(cut + 1));
    groups.set(ability.slice(0, cut), names);
  }
  return [...groups].toSorted(([a], [b]) => byCodeUnit(a, b));
}

/** The request with the ReCap added to its statement and as its last resource. */
export function withRecap(message: SiweMessage, recap: Recap): SiweMessage {
  const words = recapStatement(recap);
  return {
    ...message,
    statement: message.statement === undefined ? words : `${message.statement} ${words}`,
    resources: [...(message.resources ?? []), encodeRecapUrn(recap)],
  };
}

// A scheme and a URN namespace have no letter case, so another spelling of the prefix is no way around the rule.
const isRecap = (resource: string): boolean => resource.toLowerCase().startsWith(URN);

/**
 * The ReCap of a request: its last resource, and no other resource may be one. Throws ERR_RECAP_INVALID, or
 * ERR_RECAP_STATEMENT where the statement does not end in the ReCap's own words.
 */
export function verifyRecap(message: SiweMessage): Recap {
  const urns = (message.resources ?? []).filter(isRecap);
  const last = message.resources?.at(-1);
  if (urns.length !== 1 || last === undefined) throw invalid();
  const recap = parseRecapUrn(last);
  const words = recapStatement(recap);
  const statement = message.statement ?? '';
  if (statement !== words && !statement.endsWith(` ${words}`)) {
    throw new ServiceError('ERR_RECAP_STATEMENT');
  }
  return recap;
}

/** A request and its ReCap from text. Throws ERR_SIWE_INVALID, ERR_RECAP_INVALID or ERR_RECAP_STATEMENT. */
export function parseRecapRequest(text: string): { message: SiweMessage; recap: Recap } {
  const message = parseSiweMessage(text);
  return { message, recap: verifyRecap(message) };
}
