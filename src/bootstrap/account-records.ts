/**
 * The registry records of an account, in the form in which clients write and look them up, and the
 * marker of a complete account.
 */
import type { WalletDid } from '../protocol/did.js';
import { canonicalJson } from '../protocol/canonical-json.js';
import { isRecord } from '../protocol/record.js';
import { ownerDidOf, SPACE_NAMES, spaceIdOf, type SpaceName } from './account.js';
import { STEP_IDS } from './steps.js';

/** The id of the application that every account has. */
export const SECRETS_APP_ID = 'xyz.tinycloud.secrets';
/** The display name of that application. */
export const SECRETS_APP_NAME = 'TinyCloud Secrets';
/** The key of the marker that clients look for to recognize a complete account. */
export const MARKER_KEY = 'system/bootstrap/complete';
/** The key of the application's record. */
export const APPLICATION_KEY = `applications/${SECRETS_APP_ID}`;

const permission = (service: string, path: string, actions: string): object => ({
  service: `tinycloud.${service}`,
  space: 'secrets',
  path,
  actions: actions.split(' '),
  skipPrefix: true,
});

/**
 * The manifests of the one application that every account has. The order of members is that of the
 * stored text.
 */
export const SECRETS_MANIFESTS: readonly object[] = [
  {
    app_id: SECRETS_APP_ID,
    name: SECRETS_APP_NAME,
    space: 'secrets',
    prefix: '',
    defaults: false,
    includePublicSpace: false,
    permissions: [
      permission('vault', 'secrets/', 'read'),
      permission('kv', 'variables', 'list metadata'),
      permission('kv', 'variables/', 'get put del list metadata'),
      permission('sql', 'default', 'read write schema'),
      permission('capabilities', '', 'read'),
    ],
  },
];

const FNV_OFFSET = 0xcbf29ce484222325n;
const FNV_PRIME = 0x100000001b3n;

/**
 * Returns the hash by which clients detect changed manifests: FNV-1a 64 over the UTF-16 code units
 * of the key-sorted JSON, as 16 hex digits.
 */
export function manifestHash(manifests: readonly object[]): string {
  const text = canonicalJson(manifests);
  let hash = FNV_OFFSET;
  for (let at = 0; at < text.length; at += 1) {
    hash = BigInt.asUintN(64, (hash ^ BigInt(text.charCodeAt(at))) * FNV_PRIME);
  }
  return hash.toString(16).padStart(16, '0');
}

/** A key of the account space and the JSON text stored under it. */
export type KvRecord = { readonly key: string; readonly json: string };

/** The registry record of one space. */
export type SpaceRecord = {
  readonly space_id: string;
  readonly name: SpaceName;
  readonly owner_did: string;
  readonly type: 'owned';
  readonly permissions: readonly ['*'];
  readonly status: 'active';
  readonly registered_at: string;
  readonly updated_at: string;
};

/** Creates the registry record of one space. Both of its times are `at`. */
export function spaceRecord(owner: WalletDid, name: SpaceName, at: Date): SpaceRecord {
  const time = at.toISOString();
  return {
    space_id: spaceIdOf(owner, name),
    name,
    owner_did: ownerDidOf(owner),
    type: 'owned',
    permissions: ['*'],
    status: 'active',
    registered_at: time,
    updated_at: time,
  };
}

/** Returns the key of a space's registry record. */
export const spaceRecordKey = (owner: WalletDid, name: SpaceName): string =>
  `spaces/${spaceIdOf(owner, name)}`;

/**
 * Returns the keys of all records of an account, including the marker, in byte order as a node
 * lists them.
 */
export function recordKeys(owner: WalletDid): readonly string[] {
  return [
    APPLICATION_KEY,
    ...SPACE_NAMES.map((name) => spaceRecordKey(owner, name)),
    MARKER_KEY,
  ].toSorted();
}

/** Creates the five space records, the application record and the marker, with the marker last. */
export function kvRecords(owner: WalletDid, at: Date, completedAt: Date): readonly KvRecord[] {
  const application = {
    app_id: SECRETS_APP_ID,
    manifests: SECRETS_MANIFESTS,
    manifest_hash: manifestHash(SECRETS_MANIFESTS),
    updated_at: at.toISOString(),
  };
  const marker = { v: 1, stepIds: STEP_IDS, completedAt: completedAt.toISOString() };
  return [
    ...SPACE_NAMES.map((name) => ({
      key: spaceRecordKey(owner, name),
      json: JSON.stringify(spaceRecord(owner, name, at)),
    })),
    { key: APPLICATION_KEY, json: JSON.stringify(application) },
    { key: MARKER_KEY, json: JSON.stringify(marker) },
  ];
}

/**
 * Returns whether a stored value is a marker that clients accept: an object with `v` = 1, stored as
 * JSON.
 */
export function isMarker(contentType: string | undefined, text: string): boolean {
  if (contentType?.includes('application/json') !== true) return false;
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) && value['v'] === 1;
  } catch {
    return false;
  }
}
