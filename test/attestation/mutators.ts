/**
 * Changes single bytes of a document and a receipt: of the bytes that a member encodes (decoded,
 * changed, encoded again, so that only the content is wrong), and of the text of the container.
 */
export type Evidence = { readonly bundle: string; readonly receipt: string };

export type Mutant = Evidence & {
  /** What was changed, in which form, and at which byte. */
  readonly what: string;
  readonly form: 'decoded' | 'raw';
  readonly offset: number;
};

/** Returns a number from 0 (included) to 1 (excluded). */
export type Random = () => number;

/** Returns the same numbers for the same seed. */
export function createRandom(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x9e3779b9) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 16), 0x21f0aaad);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
    return ((mixed ^ (mixed >>> 15)) >>> 0) / 2 ** 32;
  };
}

const below = (random: Random, limit: number): number => Math.floor(random() * limit);
export function pick<Value>(random: Random, values: readonly Value[]): Value {
  const value = values[below(random, values.length)];
  if (value === undefined) throw new TypeError('nothing to choose from');
  return value;
}

/**
 * Half of the bytes are plausible at their place, because most arbitrary bytes would not parse at
 * all.
 */
const LIKELY = Buffer.from('0123456789abcdefABCDEFxyz+/=-_.,:"{}[] \n\t\\');

function changeByte(bytes: Uint8Array, offset: number, random: Random): Uint8Array {
  const copy = Uint8Array.from(bytes);
  const before = copy[offset] ?? 0;
  const likely = random() < 0.5 ? LIKELY[below(random, LIKELY.length)] : undefined;
  const after = likely ?? before ^ (1 + below(random, 255));
  copy[offset] = after === before ? before ^ 1 : after;
  return copy;
}

type Json = Record<string, unknown>;
type Codec = readonly [decode: (text: string) => Uint8Array, encode: (bytes: Uint8Array) => string];

const HEX: Codec = [
  (text) => Buffer.from(text, 'hex'),
  (bytes) => Buffer.from(bytes).toString('hex'),
];
const TEXT: Codec = [(text) => Buffer.from(text), (bytes) => Buffer.from(bytes).toString('utf8')];

const BLOCK = /-----BEGIN CERTIFICATE-----\n([A-Za-z0-9+/=\n]+?)\n-----END CERTIFICATE-----/g;

/** Changes a byte of one certificate's DER within PEM text. The line width stays. */
function changeCertificate(text: string, random: Random): readonly [string, number] {
  const chosen = pick(random, [...text.matchAll(BLOCK)]);
  const der = Buffer.from(chosen[1] ?? '', 'base64');
  const offset = below(random, der.length);
  const encoded = Buffer.from(changeByte(der, offset, random)).toString('base64');
  const lines = encoded.match(/.{1,64}/g)?.join('\n') ?? '';
  return [text.replace(chosen[1] ?? '', () => lines), offset];
}

const set = (json: Json, path: readonly string[], value: unknown): Json => {
  const [name = '', ...rest] = path;
  if (rest.length === 0) return { ...json, [name]: value };
  const inside = json[name];
  if (Array.isArray(inside)) {
    const list: unknown[] = [...(inside as unknown[])];
    list[Number(rest[0])] = value;
    return { ...json, [name]: list };
  }
  return { ...json, [name]: set(inside as Json, rest, value) };
};
const get = (json: Json, path: readonly string[]): string => {
  let value: unknown = json;
  for (const name of path) value = (value as Json)[name];
  return String(value);
};

type Change = (json: Json, random: Random) => readonly [Json, number];

/**
 * Changes a member. `copies` contain the same value elsewhere and change with it, so that nothing
 * contradicts.
 */
const member =
  (path: string, [decode, encode]: Codec, ...copies: readonly string[]): Change =>
  (json, random) => {
    const bytes = decode(get(json, path.split('.')));
    const offset = below(random, bytes.length);
    const text = encode(changeByte(bytes, offset, random));
    const changed = [path, ...copies].reduce((all, each) => set(all, each.split('.'), text), json);
    return [changed, offset];
  };

const certificate =
  (path: string): Change =>
  (json, random) => {
    const [text, offset] = changeCertificate(get(json, path.split('.')), random);
    return [set(json, path.split('.'), text), offset];
  };

/** Changes the chain in a quote. */
const quotedCertificate: Change = (json, random) => {
  const before = Buffer.from(get(json, ['quote']), 'hex').toString('latin1');
  const [text, offset] = changeCertificate(before, random);
  const quote = Buffer.from(text, 'latin1').toString('hex');
  return [{ ...json, quote, intel_quote: quote }, offset];
};

/** Changes the bytes that a row's digest or payload encodes. */
const row =
  (field: 'digest' | 'event_payload'): Change =>
  (json, random) => {
    const rows = JSON.parse(get(json, ['event_log'])) as Record<string, string>[];
    const chosen = pick(
      random,
      rows.filter((each) => each[field] !== ''),
    );
    const [changed, offset] = member(field, HEX)(chosen, random);
    const log = rows.map((each) => (each === chosen ? changed : each));
    return [{ ...json, event_log: JSON.stringify(log) }, offset];
  };

const DECODED: Readonly<Record<string, readonly Change[]>> = {
  statement: [member('statement', TEXT)],
  quote: [member('quote', HEX, 'intel_quote'), quotedCertificate],
  'event log': [member('event_log', TEXT), row('digest'), row('event_payload')],
  'app-compose': [member('app_compose', TEXT, 'tcb_info.app_compose')],
  'signature chain': [
    member('key_custody.signature_chain.0', HEX),
    member('key_custody.signature_chain.1', HEX),
    member('proof_of_possession.signature', HEX),
  ],
  collateral: [
    ...['pck_crl', 'root_ca_crl', 'tcb_info_signature', 'qe_identity_signature'].map((name) =>
      member(`collateral.${name}`, HEX),
    ),
    ...['tcb_info', 'qe_identity'].map((name) => member(`collateral.${name}`, TEXT)),
    ...['pck_crl_issuer_chain', 'tcb_info_issuer_chain', 'qe_identity_issuer_chain'].map((name) =>
      certificate(`collateral.${name}`),
    ),
  ],
};

export const TARGETS: readonly string[] = [...Object.keys(DECODED), 'receipt'];

/** Changes the header, payload or signature of a JWS, as bytes. */
function changeReceiptPart(receipt: string, random: Random): readonly [string, number] {
  const parts = receipt.split('.');
  const at = below(random, parts.length);
  const bytes = Buffer.from(parts[at] ?? '', 'base64url');
  const offset = below(random, bytes.length);
  parts[at] = Buffer.from(changeByte(bytes, offset, random)).toString('base64url');
  return [parts.join('.'), offset];
}

/** Changes a byte of what a member encodes. */
export function mutateDecoded(evidence: Evidence, what: string, random: Random): Mutant {
  const changes = DECODED[what];
  if (changes === undefined) {
    const [receipt, offset] = changeReceiptPart(evidence.receipt, random);
    return { ...evidence, receipt, what, form: 'decoded', offset };
  }
  const [json, offset] = pick(random, changes)(JSON.parse(evidence.bundle) as Json, random);
  return { ...evidence, bundle: JSON.stringify(json), what, form: 'decoded', offset };
}

/** The members of a document that belong to a target. The last target is everything else. */
const MEMBERS: Readonly<Record<string, readonly string[]>> = {
  statement: ['statement'],
  quote: ['quote', 'intel_quote'],
  'event log': ['event_log'],
  'app-compose': ['app_compose', 'tcb_info'],
  'signature chain': ['key_custody', 'proof_of_possession'],
  collateral: ['collateral'],
};

/**
 * Returns where a member of the document begins and ends in its text, including its name and comma.
 */
function spanOf(bundle: string, name: string): readonly [number, number] {
  const names = Object.keys(JSON.parse(bundle) as Json);
  const startOf = (each: string | undefined): number =>
    each === undefined ? -1 : bundle.search(new RegExp(`(?<=[{,]\\s*)"${each}":`));
  const start = startOf(name);
  const next = startOf(names[names.indexOf(name) + 1]);
  return [start, next === -1 ? bundle.length : next];
}

/** Changes a byte of the text, within the target or, for `document`, anywhere. */
export function mutateRaw(evidence: Evidence, what: string, random: Random): Mutant {
  if (what === 'receipt') {
    const bytes = Buffer.from(evidence.receipt);
    const offset = below(random, bytes.length);
    const receipt = Buffer.from(changeByte(bytes, offset, random)).toString('utf8');
    return { ...evidence, receipt, what, form: 'raw', offset };
  }
  const members = MEMBERS[what];
  const bytes = Buffer.from(evidence.bundle);
  const [from, to] =
    members === undefined ? [0, bytes.length] : spanOf(evidence.bundle, pick(random, members));
  const offset = from + below(random, to - from);
  const bundle = Buffer.from(changeByte(bytes, offset, random)).toString('utf8');
  return { ...evidence, bundle, what, form: 'raw', offset };
}
