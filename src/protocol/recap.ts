/**
 * ReCap (EIP-5573): the capabilities of a sign-in request. They appear twice, as an object in the
 * last resource and in words in the statement. The two must match: a person signs the statement, so
 * an object with different words is rejected.
 *
 * The form is strict: canonical JSON, `att` and `prf` present, each ability with the single empty
 * caveat `[{}]`, parents in base58btc. A resource is any URI, so a ReCap can name several spaces
 * and encryption networks.
 */
import { ServiceError } from '../errors.js';
import { decodeBase64url, encodeBase64url } from './base64url.js';
import { decodeUtf8, utf8 } from './bytes.js';
import { cidFromBase58, cidToBase58, parseCid } from './cid.js';
import { isRecord } from './record.js';
import { parseSiweMessage, type SiweMessage } from './siwe-message.js';
import { isUri } from './uri.js';

/** Maps each resource URI to its abilities, both in byte order. Parents are base32 CIDs. */
export type Recap = {
  readonly attenuations: ReadonlyMap<string, readonly string[]>;
  readonly parents: readonly string[];
};

const URN = 'urn:recap:';
const PREAMBLE =
  'I further authorize the stated URI to perform the following actions on my behalf:';
const ABILITY = /^[A-Za-z0-9\-_.+*]+\/[A-Za-z0-9\-_.+*]+$/;

const invalid = (cause?: unknown): ServiceError => new ServiceError('ERR_RECAP_INVALID', { cause });

// The statement quotes each resource, and EIP-4361 does not allow a percent sign in a statement.
const isNameable = (resource: string): boolean => isUri(resource) && !/['%]/.test(resource);

/**
 * Creates a ReCap from entries in any order: sorts them and merges the abilities of a resource.
 * Rejects an entry without abilities, because the statement would not mention it. Throws
 * ERR_RECAP_INVALID, or ERR_CID_INVALID for a parent.
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

// All compared texts are ASCII, where code-unit order is byte order.
const byCodeUnit = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** Writes a ReCap as its `urn:recap:` resource. */
export const encodeRecapUrn = (recap: Recap): string =>
  `${URN}${encodeBase64url(utf8(recapJson(recap)))}`;

/**
 * Writes the canonical JSON of a ReCap (RFC 8785), which sorts members by code unit and writes
 * texts like `JSON.stringify`. Resources and abilities are in that order already.
 */
function recapJson({ attenuations, parents }: Recap): string {
  const att = Array.from(attenuations, ([resource, abilities]) => {
    const caveats = abilities.map((ability) => `${JSON.stringify(ability)}:[{}]`);
    return `${JSON.stringify(resource)}:{${caveats.join(',')}}`;
  });
  const prf = JSON.stringify(parents.map((parent) => cidToBase58(parent)));
  return `{"att":{${att.join(',')}},"prf":${prf}}`;
}

/**
 * Parses a `urn:recap:` resource. Throws ERR_RECAP_INVALID for any text that encodeRecapUrn does
 * not write.
 */
export function parseRecapUrn(text: string): Recap {
  try {
    if (!text.startsWith(URN)) throw invalid();
    // Both decoders accept one encoding only, so the same JSON means the same URN.
    const json = decodeUtf8(decodeBase64url(text.slice(URN.length))) ?? '';
    const { att, prf } = asObject(JSON.parse(json));
    if (!Array.isArray(prf)) throw invalid();
    const entries = Object.entries(asObject(att)).map(
      ([resource, abilities]) => [resource, Object.keys(asObject(abilities))] as const,
    );
    const parents = prf.map((parent) => cidFromBase58(String(parent)));
    const recap = createRecap(entries, parents);
    // This catches caveats, unknown members, duplicate keys and any other encoding of the same
    // value.
    if (recapJson(recap) !== json) throw invalid();
    return recap;
  } catch (cause) {
    throw invalid(cause);
  }
}

function asObject(value: unknown): Record<string, unknown> {
  if (!isRecord(value)) throw invalid();
  return value;
}

/**
 * Returns the statement that a person signs: numbered groups of one namespace and one resource, in
 * byte order.
 */
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

/** Groups abilities by namespace. Namespaces and the names in each are in byte order. */
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

/** Returns the request with the ReCap appended to its statement and to its resources. */
export function withRecap(message: SiweMessage, recap: Recap): SiweMessage {
  const words = recapStatement(recap);
  return {
    ...message,
    statement: message.statement === undefined ? words : `${message.statement} ${words}`,
    resources: [...(message.resources ?? []), encodeRecapUrn(recap)],
  };
}

// Schemes and URN namespaces are case-insensitive, so another letter case of the prefix must not
// evade the rule.
const isRecap = (resource: string): boolean => resource.toLowerCase().startsWith(URN);

/**
 * Returns the ReCap of a request, which must be its last resource and its only ReCap. Throws
 * ERR_RECAP_INVALID, or ERR_RECAP_STATEMENT if the statement does not end with the words of the
 * ReCap.
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

/**
 * Parses a request and its ReCap. Throws ERR_SIWE_INVALID, ERR_RECAP_INVALID or
 * ERR_RECAP_STATEMENT.
 */
export function parseRecapRequest(text: string): { message: SiweMessage; recap: Recap } {
  const message = parseSiweMessage(text);
  return { message, recap: verifyRecap(message) };
}
