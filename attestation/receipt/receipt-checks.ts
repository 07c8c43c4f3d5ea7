/**
 * Judges `receipt.*`: whether the receipt is signed, by the key that the document attests, and
 * exactly as the plan allows.
 */
import { createPublicKey, verify as verifySignature } from 'node:crypto';
import canonicalize from 'canonicalize';
import { parseStrictJson } from '../application/strict-json.js';
import { EvidenceError, expect } from '../check.js';
import type { Findings } from '../report.js';
import { type Receipt, receiptHeaderSchema, receiptSchema } from '../schema/receipt.js';
import { statementHashOf, type Statement } from '../schema/statement.js';
import { type FreeParts, verifyDelegation } from './delegation.js';
import { networkIdOf, type Owner, PLAN_VERSION, SPACES, writableBy } from './plan.js';

const MAX_BYTES = 256 * 1024;
const MAX_DEPTH = 8;

/** A boot that a document attests. */
export type AttestedBoot = { readonly statementText: string; readonly statement: Statement };

/**
 * Judges a receipt against the boot that a document attests. `boot` is undefined if there is no
 * readable statement.
 */
export function judgeReceipt(
  findings: Findings,
  text: string,
  boot: AttestedBoot | undefined,
): void {
  const signed = findings.attempt(
    'receipt.signature',
    () => verifyReceiptSignature(text),
    ({ receipt }) => `for ${receipt.address} at ${receipt.node.origin}`,
  );
  if (signed === undefined) return;
  findings.fact('receipt', signed.receipt);
  if (boot !== undefined) {
    findings.attempt(
      'receipt.key-attested',
      () => verifyAttested(signed, boot),
      (how) => how,
    );
  }
  findings.attempt(
    'receipt.plan',
    () => verifyPlan(signed.receipt, boot?.statement),
    (count) => `${count} signatures of the plan and nothing else`,
  );
}

type SignedReceipt = { readonly receipt: Receipt; readonly kid: string };

function decodePart(part: string | undefined): unknown {
  const bytes = decodeCanonical(part);
  const text = bytes.toString('utf8');
  const value = parseStrictJson(text, { maxBytes: MAX_BYTES, maxDepth: MAX_DEPTH });
  if (canonicalize(value) !== text) throw new TypeError('not in canonical form');
  return value;
}

/** Decodes base64url that encodes back to the same text. */
function decodeCanonical(part = ''): Buffer {
  const bytes = Buffer.from(part, 'base64url');
  if (bytes.toString('base64url') !== part) throw new TypeError('not canonical base64url');
  return bytes;
}

function verifyReceiptSignature(text: string): SignedReceipt {
  const check = 'receipt.signature';
  expect(text.length <= MAX_BYTES, check, 'larger than 256 KiB');
  const parts = text.split('.');
  expect(parts.length === 3, check, 'not a compact JWS');
  const [header = '', payload = '', signature] = parts;
  try {
    const { kid } = receiptHeaderSchema.parse(decodePart(header));
    const x = Buffer.from(kid, 'hex').toString('base64url');
    const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' });
    const signed = Buffer.from(`${header}.${payload}`);
    const valid = verifySignature(null, signed, key, decodeCanonical(signature));
    expect(valid, check, 'the signature does not match the named key');
    return { receipt: receiptSchema.parse(decodePart(payload)), kid };
  } catch (cause) {
    if (cause instanceof EvidenceError) throw cause;
    throw new EvidenceError(check, 'not a canonical receipt', cause);
  }
}

function verifyAttested({ receipt, kid }: SignedReceipt, boot: AttestedBoot): string {
  const check = 'receipt.key-attested';
  const { statement, statementText } = boot;
  const [, attested] = statement.keys;
  expect(kid === attested.public_key, check, 'signed by the receipts key of another boot');
  expect(receipt.app_id === statement.app_id, check, 'for another application');
  const inTime = Date.parse(attested.not_before) <= Date.parse(receipt.completed_at);
  expect(inTime, check, 'completed before its key existed');
  if (receipt.boot_statement === statementHashOf(statementText))
    return "by the boot's own document";
  // A document for a nonce has another statement of the same boot and attests the same key.
  const isForNonce = statement.nonce !== null || statement.nonce_tree !== undefined;
  expect(isForNonce, check, 'the receipt names another statement');
  return 'by another document of the same boot';
}

function verifyPlan(receipt: Receipt, statement: Statement | undefined): number {
  const check = 'receipt.plan';
  const owner: Owner = { chainId: receipt.chain_id, address: receipt.address };
  expect(receipt.plan_version === PLAN_VERSION, check, 'an unknown plan');
  const free = receipt.signed.map((delegation) => verifyDelegation(owner, delegation));
  verifyCompleteness(receipt);
  verifyParts(receipt, free);
  expect(receipt.network.id === networkIdOf(owner), check, 'another encryption network');
  const writable = writableBy(owner);
  const within = receipt.written.every(({ resource }) => writable.has(resource));
  expect(within, check, 'something outside the plan was written');
  if (statement !== undefined) verifyAgainstStatement(receipt, free, statement);
  return receipt.signed.length;
}

/** Each space must have one session, and one host delegation unless it was hosted before. */
function verifyCompleteness({ signed, hosted_before: before }: Receipt): void {
  const wanted = [
    ...SPACES.map((space) => `session:${space}`),
    ...SPACES.filter((space) => !before.includes(space)).map((space) => `host:${space}`),
  ];
  const found = signed.map(({ kind, space }) => `${kind}:${space}`);
  const same = found.toSorted().join() === wanted.toSorted().join();
  expect(same, 'receipt.plan', 'not exactly one of each delegation of the plan');
}

function verifyParts(receipt: Receipt, free: readonly FreeParts[]): void {
  const check = 'receipt.plan';
  const distinct = (values: readonly string[]): boolean => new Set(values).size === values.length;
  expect(distinct(free.map(({ uri }) => uri)), check, 'two delegations name one key');
  expect(distinct(free.map(({ nonce }) => nonce)), check, 'two delegations share a nonce');
  expect(new Set(free.map(({ domain }) => domain)).size === 1, check, 'several domains');
  const [startedMs, completedMs] = [
    Date.parse(receipt.started_at),
    Date.parse(receipt.completed_at),
  ];
  const inTime = free.every(({ issuedAt }) => {
    const at = Date.parse(issuedAt);
    return startedMs <= at && at <= completedMs;
  });
  expect(inTime, check, 'a delegation was not issued during the run');
}

function verifyAgainstStatement(
  { node, plan_version: plan }: Receipt,
  free: readonly FreeParts[],
  { config, plan_version: attested }: Statement,
): void {
  const check = 'receipt.plan';
  expect(plan === attested, check, 'the plan is not that of the attested code');
  expect(
    config['TINYCLOUD_BOOTSTRAP_HOST'] === node.origin,
    check,
    'the node is not the attested one',
  );
  const did = config['TINYCLOUD_NODE_DID'] ?? null;
  expect(did === null || did === node.did, check, 'the node identity is not the attested one');
  const origin = config['PUBLIC_ORIGIN'] ?? '';
  const host = URL.canParse(origin) ? new URL(origin).host : '';
  expect(free[0]?.domain === host, check, 'the domain is not the attested one');
}
