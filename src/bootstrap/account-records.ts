/** The registry records of an account as clients write and look for them, and the marker that says all is done. */
import type { WalletDid } from '../protocol/did.js';
import { canonicalJson } from '../protocol/canonical-json.js';
import { isRecord } from '../protocol/record.js';
import { ownerDidOf, SPACE_NAMES, spaceIdOf, type SpaceName } from './account.js';
import { STEP_IDS } from './steps.js';

export const SECRETS_APP_ID = 'xyz.tinycloud.secrets';
export const SECRETS_APP_NAME = 'TinyCloud Secrets';
export const MARKER_KEY = 'system/bootstrap/complete';
export const APPLICATION_KEY = `applications/${SECRETS_APP_ID}`;

const permission = (service: string, path: string, actions: string): object => ({
  service: `tinycloud.${service}`,
  space: 'secrets',
  path,
  actions: actions.split(' '),
  skipPrefix: true,
});

/** The manifests of the one application that every account has; member order is that of the stored text. */
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

/** FNV-1a 64 over the UTF-16 code units of the key-sorted JSON, 16 hex digits: how clients notice changed manifests. */
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

/** The registry record of one space; both times are the same instant. */
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

export const spaceRecordKey = (owner: WalletDid, name: SpaceName): string =>
  `spaces/${spaceIdOf(owner, name)}`;

/** All keys of an account's records, marker included, in byte order as a node lists them. */
export function recordKeys(owner: WalletDid): readonly string[] {
  return [
    APPLICATION_KEY,
    ...SPACE_NAMES.map((name) => spaceRecordKey(owner, name)),
    MARKER_KEY,
  ].toSorted();
}

/** The five space records, the application record and the marker, the marker last. */
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

/** Whether a stored value is a marker that clients accept: an object with `v` = 1, stored as JSON. */
export function isMarker(contentType: string | undefined, text: string): boolean {
  if (contentType?.includes('application/json') !== true) return false;
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) && value['v'] === 1;
  } catch {
    return false;
  }
}
