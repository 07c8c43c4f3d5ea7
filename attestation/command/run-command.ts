/** Runs the commands of the verifier and returns their exit codes. */
import { randomBytes } from 'node:crypto';
import { parseBundle } from '../bundle.js';
import { EvidenceError } from '../check.js';
import { askDstackVerifier, type DstackVerdict } from '../collect/ask-dstack-verifier.js';
import { askSecondOpinion } from '../evidence/second-opinion.js';
import { governanceSchema, type Governance } from '../governance/facts.js';
import { parseKnownImages } from '../image/known-images.js';
import { policyOf } from '../policy/policy-of-bundle.js';
import { policySchema, type Policy } from '../policy/policy.js';
import type { Report } from '../report.js';
import { parseTestRoot, readShippedRoots, type TrustedRoot } from '../trusted-roots.js';
import { verify, type VerifyOptions } from '../verify.js';
import type { CaaResolver } from '../collect/look-up-caa.js';
import { withReason } from '../failure-reason.js';
import { askService, UncheckableError } from './ask-service.js';
import { parsedBy, readJson, readText, save } from './files.js';
import { isUrl, parseInvocation, parseTime, USAGE, UsageError, type Flags } from './options.js';
import { fetchMissingCollateral, type GatheredCollateral } from './fetch-missing-collateral.js';
import { gatherProvenance } from './gather-provenance.js';
import { isFromRelay } from './from-relay.js';
import { presentExplanation, presentReport } from './present-report.js';
import { findClaimedApplication, readChainFacts } from './read-chain-facts.js';
import { reportPage } from './report-page.js';
import { saveGovernance } from './save-governance.js';
import { capturedBundle, seeService } from './see-service.js';

/** The surroundings of a run. */
export type CommandSurroundings = {
  readonly args: readonly string[];
  readonly write: (text: string) => void;
  readonly complain: (text: string) => void;
  readonly color: boolean;
  readonly nowMs: number;
  /** The folder `attestation/` with its policies. */
  readonly home: URL;
  /** Answers questions about the DNS (default: the resolver of the system). */
  readonly resolver?: CaaResolver;
};

/** The exit codes. */
export const EXIT = { accepted: 0, rejected: 1, uncheckable: 2, usage: 64 } as const;

/** Runs one invocation. Rejects only for internal errors. */
export async function runCommand(around: CommandSurroundings): Promise<number> {
  try {
    return await perform(around);
  } catch (error) {
    if (error instanceof UsageError) {
      around.complain(`${error.message}\n\n${USAGE}`);
      return EXIT.usage;
    }
    if (error instanceof UncheckableError) {
      around.complain(`could not be checked: ${error.message}\n`);
      return EXIT.uncheckable;
    }
    throw error;
  }
}

async function perform(around: CommandSurroundings): Promise<number> {
  const invocation = parseInvocation(around.args);
  switch (invocation.command) {
    case 'help':
      around.write(USAGE);
      return EXIT.accepted;
    case 'explain': {
      const text = presentExplanation(invocation.check);
      if (text === undefined) throw new UsageError(`there is no check ${invocation.check ?? ''}`);
      around.write(text);
      return EXIT.accepted;
    }
    case 'capture':
      return capture(invocation.target, invocation.flags, around);
    case 'policy-init':
      return initPolicy(invocation.target, invocation.flags, around);
    case 'governance':
      await saveGovernance(invocation, around);
      return EXIT.accepted;
    case 'verify': {
      const report = verify(await gather(invocation.target, invocation.flags, around));
      around.write(presented(report, invocation.flags, around));
      const { html } = invocation.flags;
      if (html !== undefined) await save(html, reportPage(report, invocation.target));
      return report.verdict === 'accepted' ? EXIT.accepted : EXIT.rejected;
    }
  }
}

const presented = (report: Report, { json }: Flags, { color }: CommandSurroundings): string =>
  json ? `${JSON.stringify(report, null, 2)}\n` : presentReport(report, color);

async function capture(url: string, flags: Flags, around: CommandSurroundings): Promise<number> {
  const nonce = flags.nonce ?? randomBytes(32).toString('hex');
  const seen = await seeService(url, nonce, {
    authority: await readAuthority(flags),
    resolver: around.resolver,
  });
  const { text } = seen;
  if (isFromRelay(text, url)) return refuseRelay(url, around);
  const file = flags.output ?? '';
  await save(file, capturedBundle(seen, around.nowMs));
  around.write(`${file}: asked with nonce ${nonce}\n`);
  return EXIT.accepted;
}

function refuseRelay(url: string, { complain }: CommandSurroundings): number {
  complain(`channel.name: ${new URL(url).host} is not the host that the document attests\n`);
  return EXIT.rejected;
}

async function initPolicy(
  path: string,
  flags: Flags,
  around: CommandSurroundings,
): Promise<number> {
  const bundle = isUrl(path)
    ? await askService(path, randomBytes(32).toString('hex'), {
        authority: await readAuthority(flags),
      })
    : await readText(path, 'the bundle');
  if (isUrl(path) && isFromRelay(bundle, path)) return refuseRelay(path, around);
  const policy = policyOf(bundle, around.nowMs);
  if (policy === undefined) throw new UncheckableError('the bundle contains nothing to pin');
  const text = `${JSON.stringify(policy, null, 2)}\n`;
  if (flags.output === undefined) around.write(text);
  else await save(flags.output, text);
  around.complain(
    'The policy pins what the bundle shows and is not reviewed. Read it, then set "reviewed" to true.\n',
  );
  return EXIT.accepted;
}

async function gather(
  target: string,
  flags: Flags,
  { nowMs, home, complain, resolver }: CommandSurroundings,
): Promise<VerifyOptions> {
  const policy = await readPolicy(flags.policy, home);
  const ownRoot = flags['root-ca'] === undefined ? [] : [await readRoot(flags['root-ca'])];
  const nonce = isUrl(target) ? randomBytes(32).toString('hex') : flags.nonce;
  const authority = await readAuthority(flags);
  const answer = isUrl(target)
    ? await seeService(target, nonce ?? '', { authority, resolver })
    : { text: await readText(target, 'the bundle'), sight: undefined };
  const { text: bundle, sight } = answer;
  const ofCollateral = await gatherCollateral(bundle, flags, nowMs);
  const ofProvenance = await gatherProvenance(flags, home);
  const ofGovernance = await gatherGovernance(bundle, flags, complain);
  return {
    bundle,
    // A root that is given on the command line with --allow-test-root is accepted.
    policy: { ...policy, roots: [...policy.roots, ...ownRoot.map(({ sha256 }) => sha256)] },
    atMs: flags.at === undefined ? nowMs : parseTime(flags.at),
    roots: [...readShippedRoots(), ...ownRoot],
    allowTestRoot: flags['allow-test-root'],
    askSecondOpinion,
    knownImages: parseKnownImages(
      await readText(new URL('image/known-images.json', home).pathname, 'the table of images'),
    ),
    nonce,
    askedUrl: isUrl(target) ? target : undefined,
    channel: sight?.channel,
    caa: sight?.caa,
    collateral: ofCollateral.collateral,
    provenance: ofProvenance.provenance,
    governance: ofGovernance.governance,
    notes: [ofCollateral, ofProvenance, ofGovernance].flatMap(({ notes }) => notes),
    dstackVerdict: await gatherOpinion(bundle, flags),
    previous:
      flags.previous === undefined
        ? undefined
        : await readText(flags.previous, 'the earlier bundle'),
    receipt: flags.receipt === undefined ? undefined : await readReceipt(flags.receipt),
  };
}

type GatheredGovernance = {
  readonly governance?: Governance;
  readonly notes: readonly string[];
};

/** Returns the facts of the named file, or of the chain for the application of the document. */
async function gatherGovernance(
  bundle: string,
  { governance: path, rpc, kms }: Flags,
  complain: (text: string) => void,
): Promise<GatheredGovernance> {
  if (path !== undefined) {
    const value = await readJson(path, 'the governance file');
    return { governance: parsedBy(governanceSchema, value, 'the governance file'), notes: [] };
  }
  if (rpc === undefined) return { notes: [] };
  const claimed = findClaimedApplication(bundle);
  if (typeof claimed === 'string') return { notes: [`--rpc was not used: ${claimed}.`] };
  const { app, composeHash } = claimed;
  const question = { rpcUrls: rpc, app, kms, composeHashes: [composeHash] };
  const progress = (line: string): void => complain(`${line}\n`);
  return { governance: await readChainFacts(question, { progress }), notes: [] };
}

/** Asks the named dstack-verifier. A text that is no bundle is judged without it. */
async function gatherOpinion(
  bundle: string,
  { 'second-opinion': url }: Flags,
): Promise<DstackVerdict | undefined> {
  if (url === undefined) return undefined;
  try {
    return await askDstackVerifier(url, parseBundle(bundle).evidence);
  } catch (cause) {
    if (cause instanceof EvidenceError) return undefined;
    throw new UncheckableError(withReason('the dstack-verifier gave no verdict', cause), { cause });
  }
}

/** Reads a receipt: the JWS itself, or the service's reply that contains it. */
async function readReceipt(path: string): Promise<string> {
  const text = (await readText(path, 'the receipt')).trim();
  const [, inside] = /^\{"receipt":"([A-Za-z0-9_\-.]+)"\}$/.exec(text) ?? [];
  return inside ?? text;
}

/** Returns the collateral that was named, or that was fetched because the document has none. */
async function gatherCollateral(
  bundle: string,
  flags: Flags,
  nowMs: number,
): Promise<GatheredCollateral> {
  if (flags.collateral !== undefined) {
    return { collateral: await readJson(flags.collateral, 'the collateral'), notes: [] };
  }
  if (flags.pccs === undefined) return { notes: [] };
  return fetchMissingCollateral(bundle, flags.pccs, nowMs);
}

async function readPolicy(path: string | undefined, home: URL): Promise<Policy> {
  const file = path ?? new URL('policy.production.json', home).pathname;
  return parsedBy(policySchema, await readJson(file, 'the policy'), 'the policy');
}

const readAuthority = async ({ 'tls-ca': path }: Flags): Promise<string | undefined> =>
  path === undefined ? undefined : readText(path, 'the TLS authority');

async function readRoot(path: string): Promise<TrustedRoot> {
  const pem = await readText(path, 'the root certificate');
  try {
    return parseTestRoot(pem);
  } catch {
    throw new UncheckableError('the root certificate cannot be read');
  }
}
