import { undecodable } from '../refusal.js';
import { decodeBase64Url } from './base64.js';
import { readAttenuation, type WrittenCapability } from './capability.js';
import { canonicalCid } from './cid.js';
import { compareBytes } from './json-text.js';
import { isJsonArray, isJsonObject, parseJsonTree, type Json } from './json-tree.js';

const PREFIX = 'urn:recap:';
const PREAMBLE =
  'I further authorize the stated URI to perform the following actions on my behalf:';

export type Recap = {
  readonly capabilities: readonly WrittenCapability[];
  readonly proofs: readonly string[];
};

/** Returns the ReCap of a SIWE: its last resource, or nothing if that is another URI (ERC-5573). */
export function readRecap(
  resources: readonly string[],
  statement: string | undefined,
): Recap | undefined {
  const last = resources.at(-1);
  if (last === undefined || !last.startsWith(PREFIX)) return undefined;
  const recap = decodeRecap(last.slice(PREFIX.length));
  if (statement === undefined || !statement.endsWith(recapStatement(recap.capabilities))) {
    throw undecodable();
  }
  return recap;
}

function decodeRecap(encoded: string): Recap {
  const bytes = decodeBase64Url(encoded);
  const json = bytes === undefined ? undefined : parseQuietly(bytes);
  if (!isJsonObject(json)) throw undecodable();
  const proofs = json.get('prf');
  if (!isJsonArray(proofs)) throw undecodable();
  return { capabilities: readAttenuation(json.get('att'), false), proofs: readProofs(proofs) };
}

/** Returns the CIDs of a `prf` list, in any base. */
export function readProofs(list: readonly Json[]): readonly string[] {
  return list.map((text) => {
    const cid = typeof text === 'string' ? canonicalCid(text) : undefined;
    if (cid === undefined) throw undecodable();
    return cid;
  });
}

function parseQuietly(bytes: Uint8Array): Json | undefined {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    return parseJsonTree(text, { uniqueKeys: true });
  } catch {
    return undefined;
  }
}

/** Returns the sentence that a wallet shows, computed from the capabilities. */
function recapStatement(capabilities: readonly WrittenCapability[]): string {
  const groups = new Map<string, string[]>();
  for (const { uri, ability } of capabilities) {
    const slash = ability.indexOf('/');
    const key = JSON.stringify([uri, ability.slice(0, slash)]);
    const names = groups.get(key) ?? [];
    names.push(ability.slice(slash + 1));
    groups.set(key, names);
  }
  const lines = [...groups].map(([key, names], at) => {
    const [uri, namespace]: readonly string[] = JSON.parse(key);
    const list = names.toSorted(compareBytes).map((name) => `'${name}'`);
    return ` (${at + 1}) '${namespace}': ${list.join(', ')} for '${uri}'.`;
  });
  return PREAMBLE + lines.join('');
}
