/**
 * Creates the policy of `policy init`, which pins what a bundle shows. Nothing is judged, so the
 * policy is marked as not reviewed.
 */
import { readKeyProvider } from '../binding/key-checks.js';
import { parseBundle, type Bundle } from '../bundle.js';
import { EvidenceError } from '../check.js';
import {
  parseEventLog,
  readBootFacts,
  verifyRuntimeEvents,
  type BootFacts,
  type LogEvent,
} from '../evidence/event-log.js';
import { recoverSignatureChain } from '../evidence/signature-chain.js';
import { parseQuote, type UnverifiedQuote } from '../evidence/tdx-quote.js';
import { pinImage } from '../image/pin-image.js';
import { INTEL_ROOT_SHA256 } from '../trusted-roots.js';
import { IDENTITY_KEY_PURPOSE, parseStatement } from '../schema/statement.js';
import type { Policy } from './policy.js';
import { hex, parseHex } from '../bytes.js';

/** Settings to pin, because they determine whom the service trusts and what it signs. */
const PINNED_SETTINGS = [
  'SEALWRIGHT_MODE',
  'PUBLIC_ORIGIN',
  'APP_ORIGINS',
  'TINYCLOUD_BOOTSTRAP_HOST',
  'TINYCLOUD_NODE_DID',
  'TINYCLOUD_CHAIN_IDS',
  'DELEGATE_SIGN_DOMAINS',
  'KMS_ROOT_PUBLIC_KEY',
  'DSTACK_SIMULATOR_ENDPOINT',
];

/** Returns the policy, or undefined if the bundle cannot be parsed far enough. */
export function policyOf(bundleText: string, nowMs: number): Policy | undefined {
  try {
    const bundle = parseBundle(bundleText);
    const quote = parseQuote(parseHex(bundle.evidence.quote));
    const log = parseEventLog(bundle.evidence.event_log);
    const boot = readBootFacts(verifyRuntimeEvents(log, quote.report.rtmrs[3]).events);
    return pin(bundle, { quote, log, boot }, nowMs);
  } catch (error) {
    if (error instanceof EvidenceError) return undefined;
    throw error;
  }
}

type Shown = {
  readonly quote: UnverifiedQuote;
  readonly log: readonly LogEvent[];
  readonly boot: BootFacts;
};

function pin(bundle: Bundle, { quote, log, boot }: Shown, nowMs: number): Policy {
  const provider = readKeyProvider(boot);
  const date = new Date(nowMs).toISOString().slice(0, 10);
  return {
    version: 1,
    name: `pinned on ${date}`,
    reviewed: false,
    roots: [INTEL_ROOT_SHA256],
    tcb: {
      statuses: ['UpToDate'],
      qeStatuses: ['UpToDate'],
      moduleStatuses: ['UpToDate'],
      minEvaluationDataNumber: evaluationNumberOf(bundle),
      graceDays: 0,
      advisories: null,
    },
    platform: { ppids: null, refuse: [] },
    image: pinImage(
      { report: quote.report, vmConfig: bundle.evidence.vm_config, log, boot },
      `as shown on ${date}`,
    ),
    application: {
      composeHashes: [hex(boot.composeHash)],
      lint: true,
      preLaunchScripts: [],
      allowedEnvs: ['TINYCLOUD_BOOTSTRAP_ON_SIGN'],
      appIds: [hex(boot.appId)],
      instanceIds: null,
      laterEvents: [...boot.later],
    },
    keys: {
      kmsRoots: kmsRootsOf(bundle, boot),
      keyProviders: provider === undefined ? [] : [provider],
      allowNoKms: false,
    },
    statement: { maxAgeS: 600, config: settingsOf(bundle), measured: true },
    governance: { required: true, maxAgeS: 2_592_000, owners: [], minDelayS: 0 },
  };
}

function kmsRootsOf({ document }: Bundle, boot: BootFacts): string[] {
  if (document === undefined) return [];
  const { public_key: publicKey, signature_chain: chain } = document.key_custody;
  const { kmsRoot } = recoverSignatureChain({
    purpose: IDENTITY_KEY_PURPOSE,
    publicKey: parseHex(publicKey),
    appId: boot.appId,
    signatureChain: [parseHex(chain[0]), parseHex(chain[1])],
  });
  return kmsRoot === undefined ? [] : [hex(kmsRoot)];
}

function settingsOf({ document }: Bundle): Policy['statement']['config'] {
  if (document === undefined) return {};
  const { config } = parseStatement(document.statement);
  return Object.fromEntries(PINNED_SETTINGS.map((name) => [name, [config[name] ?? null]]));
}

function evaluationNumberOf({ evidence }: Bundle): number {
  const [, number] =
    /"tcbEvaluationDataNumber":([0-9]{1,6})/.exec(evidence.collateral?.['tcb_info'] ?? '') ?? [];
  return Number(number ?? 0);
}
