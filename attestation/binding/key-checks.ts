/** Judges who vouches for the identity key, and whether this machine holds it. */
import { recoverSignatureChain, isPossessionProof } from '../evidence/signature-chain.js';
import type { BootFacts } from '../evidence/event-log.js';
import type { Policy } from '../policy/policy.js';
import type { Findings } from '../report.js';
import type { AttestationDocument } from '../schema/document.js';
import {
  IDENTITY_KEY_PURPOSE,
  possessionMessageOf,
  reportDataOf,
  type Statement,
} from '../schema/statement.js';
import { hex, parseHex } from '../bytes.js';

/** The key provider of a machine. */
export type KeyProvider = { readonly name: string; readonly id: string };

/** Returns the key provider in the boot log, or undefined if its event is not such a JSON text. */
export function readKeyProvider({ keyProvider }: BootFacts): KeyProvider | undefined {
  try {
    const { name, id } = Object(JSON.parse(Buffer.from(keyProvider).toString('utf8')));
    return typeof name === 'string' && typeof id === 'string' ? { name, id } : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Judges `key.custody`: the chain must end at a pinned root, for the measured application, with a
 * pinned key provider. Returns the root, if there is one.
 */
export function judgeCustody(
  findings: Findings,
  document: AttestationDocument,
  statement: Statement,
  boot: BootFacts,
  policy: Policy,
): string | undefined {
  const [identity] = statement.keys;
  const [app, kms] = document.key_custody.signature_chain.map((text) => parseHex(text));
  const chain = findings.attempt(
    'key.custody',
    () =>
      recoverSignatureChain({
        purpose: IDENTITY_KEY_PURPOSE,
        publicKey: parseHex(identity.public_key),
        appId: boot.appId,
        signatureChain: [app ?? new Uint8Array(), kms ?? new Uint8Array()],
      }),
    ({ kmsRoot }) =>
      kmsRoot === undefined
        ? 'no KMS vouches for the application key'
        : `issued by KMS root ${hex(kmsRoot)}; neither the path of the key nor that the root belongs to the key provider is proved`,
  );
  if (chain === undefined) return undefined;
  const provider = readKeyProvider(boot);
  findings.fact('custody', {
    app: hex(chain.appKey),
    root: chain.kmsRoot === undefined ? null : hex(chain.kmsRoot),
  });
  const known = policy.keys.keyProviders.some(
    ({ name, id }) => name === provider?.name && id === provider.id,
  );
  if (!known) {
    const pinned = policy.keys.keyProviders.map(({ name, id }) => `${name} ${id.slice(0, 24)}`);
    const shown =
      provider === undefined ? 'unreadable' : `${provider.name} ${provider.id.slice(0, 24)}`;
    findings.miss('key.custody', `key provider ${shown}`, pinned.join(' or ') || 'a pinned one');
  }
  if (chain.kmsRoot === undefined) {
    if (!policy.keys.allowNoKms) findings.miss('key.custody', 'no KMS', 'a pinned KMS root');
    return undefined;
  }
  const root = hex(chain.kmsRoot);
  const claimed = statement.kms_root_public_key;
  if (!policy.keys.kmsRoots.includes(root)) {
    const pinned = policy.keys.kmsRoots.join(' or ') || 'a pinned root';
    findings.miss('key.custody', `KMS root ${root}`, pinned);
  }
  if (claimed !== null && claimed !== root) {
    findings.judge('key.custody', 'fail', `KMS root ${root}`, `as stated: ${claimed}`);
  }
  return root;
}

/**
 * Judges `key.custody` for a machine without a statement, for which only the key provider can be
 * judged.
 */
export function judgeBareCustody(findings: Findings, boot: BootFacts, policy: Policy): void {
  const provider = readKeyProvider(boot);
  const known = policy.keys.keyProviders.some(
    ({ name, id }) => name === provider?.name && id === provider.id,
  );
  if (known) return;
  const shown =
    provider === undefined ? 'unreadable' : `${provider.name} ${provider.id.slice(0, 24)}`;
  findings.miss('key.custody', `key provider ${shown}, no signature chain`, 'a pinned one');
}

/** Judges `key.possession`: whether the identity key signed this statement's report data. */
export function judgePossession(
  findings: Findings,
  document: AttestationDocument,
  statement: Statement,
): void {
  const [identity] = statement.keys;
  const message = possessionMessageOf(reportDataOf(document.statement));
  const signature = parseHex(document.proof_of_possession.signature);
  const proved = isPossessionProof(parseHex(identity.public_key), message, signature);
  findings.judge('key.possession', proved ? 'pass' : 'fail', `identity key ${identity.public_key}`);
}
