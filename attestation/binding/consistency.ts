/**
 * `document.consistent`: a document repeats some values, because readers look in different places.
 * Each repetition must equal its source: what the hardware signed, or otherwise the statement or
 * the log.
 */
import type { BootFacts } from '../evidence/event-log.js';
import type { UnverifiedQuote } from '../evidence/tdx-quote.js';
import type { BareEvidence, AttestationDocument } from '../schema/document.js';
import type { Statement } from '../schema/statement.js';
import { composeHashOf } from '../evidence/compose-hash.js';
import { readKeyProvider } from './key-checks.js';
import { hex } from '../bytes.js';

/**
 * A member of the document, its value, and the value of its source. Only values that are present
 * are compared.
 */
type Pair = readonly [
  member: string,
  said: string | null | undefined,
  source: string | null | undefined,
];

/** The sources with which members are compared, if they could be read. */
export type ConsistencySources = {
  readonly quote: UnverifiedQuote | undefined;
  readonly boot: BootFacts | undefined;
  readonly statement: Statement | undefined;
};

function machinePairs(
  evidence: BareEvidence,
  { quote, boot }: ConsistencySources,
): readonly Pair[] {
  const { tcb_info: tcb, app_compose: compose } = evidence;
  const composeHash = compose === undefined ? undefined : hex(composeHashOf(Buffer.from(compose)));
  const [rtmr0, rtmr1, rtmr2, rtmr3] = quote?.report.rtmrs.map(hex) ?? [];
  // Without a KMS, the log has no such event, and the agent's value is only a claim.
  const osImage = boot?.osImageHash === undefined ? undefined : hex(boot.osImageHash);
  return [
    ['report_data', evidence.report_data, quote && hex(quote.report.reportData)],
    ['app_id', evidence.app_id, boot && hex(boot.appId)],
    ['instance_id', evidence.instance_id, boot && hex(boot.instanceId)],
    ['compose_hash', evidence.compose_hash, composeHash ?? (boot && hex(boot.composeHash))],
    ['os_image_hash', evidence.os_image_hash, osImage],
    ['tcb_info.mrtd', tcb?.mrtd, quote && hex(quote.report.mrTd)],
    ['tcb_info.rtmr0', tcb?.rtmr0, rtmr0],
    ['tcb_info.rtmr1', tcb?.rtmr1, rtmr1],
    ['tcb_info.rtmr2', tcb?.rtmr2, rtmr2],
    ['tcb_info.rtmr3', tcb?.rtmr3, rtmr3],
    ['tcb_info.os_image_hash', tcb?.os_image_hash, osImage],
    ['tcb_info.compose_hash', tcb?.compose_hash, composeHash ?? (boot && hex(boot.composeHash))],
    ['tcb_info.app_compose', tcb?.app_compose, compose],
    ['vm_config.os_image_hash', osImageOf(evidence.vm_config), osImage],
  ];
}

/** Returns the image hash in the VM's configuration, if the configuration is JSON and has one. */
function osImageOf(vmConfig: string | undefined): string | undefined {
  try {
    const { os_image_hash: hash } = Object(JSON.parse(vmConfig ?? '{}'));
    return typeof hash === 'string' ? hash : undefined;
  } catch {
    return undefined;
  }
}

function documentPairs(
  document: AttestationDocument,
  sources: ConsistencySources,
): readonly Pair[] {
  const { boot, statement } = sources;
  const identity = statement?.keys[0];
  const provider = boot && readKeyProvider(boot);
  const custody = document.key_custody;
  return [
    ['intel_quote', document.intel_quote, document.quote],
    ['binding.report_data', document.binding.report_data, document.report_data],
    // A nonce that shares a quote is compared with the tree by `statement.nonce`.
    ['request_nonce', statement?.nonce_tree ? undefined : document.request_nonce, statement?.nonce],
    ['nonce_proof', document.nonce_proof && 'present', statement && placeOf(statement)],
    ['signing_public_key', document.signing_public_key, identity?.public_key],
    ['key_custody.public_key', custody.public_key, identity?.public_key],
    ['key_custody.purpose', custody.purpose, identity?.purpose],
    ['key_custody.key_provider.name', custody.key_provider.name, provider?.name],
    ['key_custody.key_provider.id', custody.key_provider.id, provider?.id],
    ['statement.app_id', statement?.app_id, boot && hex(boot.appId)],
    ['statement.instance_id', statement?.instance_id, boot && hex(boot.instanceId)],
  ];
}

/** Returns whether a statement has a tree that a proof can refer to. */
const placeOf = ({ nonce_tree: tree }: Statement): string =>
  tree === undefined ? 'absent' : 'present';

/** Returns a description of each member that contradicts its source. */
export function findContradictions(
  evidence: BareEvidence,
  document: AttestationDocument | undefined,
  sources: ConsistencySources,
): readonly string[] {
  const pairs = [
    ...machinePairs(evidence, sources),
    ...(document === undefined ? [] : documentPairs(document, sources)),
  ];
  return pairs
    .filter(([, said, source]) => said !== undefined && source !== undefined && said !== source)
    .map(
      ([member, said, source]) => `${member} is ${short(said)}, but its source is ${short(source)}`,
    );
}

function short(text: string | null | undefined): string {
  if (text === null || text === undefined) return 'none';
  return text.length <= 20 ? text : `${text.slice(0, 16)}...`;
}
