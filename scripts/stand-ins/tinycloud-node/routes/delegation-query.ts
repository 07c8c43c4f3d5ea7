import { decodeBase64Url } from '../formats/base64.js';
import { canonicalCid } from '../formats/cid.js';
import { isJsonObject, type Json } from '../formats/json-tree.js';
import { Refusal } from '../refusal.js';

const DIRECTIONS = ['granted', 'received', 'all'] as const;
const STATUSES = ['active', 'pending', 'expired', 'revoked', 'ancestor_revoked'] as const;
const FIELDS = ['direction', 'status', 'space', 'limit', 'cursor'];
const DEFAULT_LIMIT = 50;
const MAX_LIMIT = 100;

export type DelegationQuery = {
  readonly direction: (typeof DIRECTIONS)[number];
  readonly status?: (typeof STATUSES)[number];
  readonly space?: string;
  readonly limit: number;
  /** CID of the last delegation of the previous page. */
  readonly cursor?: string;
};

/** Parses the body of a query. Every field is optional, and no other field is allowed. */
export function readDelegationQuery(body: Json): DelegationQuery {
  if (!isJsonObject(body)) throw invalid('invalid type, expected struct DelegationQuery');
  for (const field of body.keys()) {
    if (!FIELDS.includes(field)) {
      const known = FIELDS.map((name) => `\`${name}\``).join(', ');
      throw invalid(`unknown field \`${field}\`, expected one of ${known}`);
    }
  }
  const status = readVariant(body.get('status'), STATUSES);
  const space = readText(body.get('space'));
  const cursor = readCursor(readText(body.get('cursor')));
  return {
    direction: readVariant(body.get('direction'), DIRECTIONS) ?? 'all',
    limit: readLimit(body.get('limit')),
    ...(status === undefined ? {} : { status }),
    ...(space === undefined ? {} : { space }),
    ...(cursor === undefined ? {} : { cursor }),
  };
}

export function encodeQueryCursor(cid: string): string {
  return Buffer.from(cid).toString('base64url');
}

function invalid(problem: string): Refusal {
  return new Refusal(400, `Invalid delegation query: ${problem}`);
}

function readVariant<T extends string>(
  value: Json | undefined,
  variants: readonly T[],
): T | undefined {
  if (value === undefined || value === null) return undefined;
  const known = variants.find((variant) => variant === value);
  if (known !== undefined) return known;
  if (typeof value !== 'string') throw invalid('invalid type, expected string');
  const names = variants.map((name) => `\`${name}\``).join(', ');
  throw invalid(`unknown variant \`${value}\`, expected one of ${names}`);
}

function readText(value: Json | undefined): string | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'string') throw invalid('invalid type, expected a string');
  return value;
}

function readLimit(value: Json | undefined): number {
  if (value === undefined || value === null) return DEFAULT_LIMIT;
  if (typeof value !== 'bigint') throw invalid('invalid type, expected u32');
  if (value < 1n || value > BigInt(MAX_LIMIT)) throw invalid('limit must be between 1 and 100');
  return Number(value);
}

function readCursor(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const cid = canonicalCid(Buffer.from(decodeBase64Url(text) ?? []).toString('utf8'));
  if (cid === undefined) throw invalid('invalid delegation query cursor');
  return cid;
}
