/**
 * Every check by its stable id, with what a pass proves and what a failure means. A report lists
 * all of them in this order.
 *
 * `cut` names the question that a check answers: `evidence` checks whether the evidence is
 * cryptographically true, and `policy` whether the auditor accepts it. Some checks of evidence also
 * compare with the policy. If only that comparison fails, the failure counts as one of policy, and
 * `miss` says what it means.
 */

/** The group under which a report lists a check. */
export type CheckGroup =
  | 'quote'
  | 'collateral'
  | 'platform'
  | 'image'
  | 'application'
  | 'binding'
  | 'channel'
  | 'governance'
  | 'receipt';

/** What a check proves, and what its failure means. */
export type CheckDescription = {
  readonly group: CheckGroup;
  readonly cut: 'evidence' | 'policy';
  readonly proves: string;
  readonly failure: string;
  /** What it means if the evidence is true, but the policy does not accept it. */
  readonly miss?: string;
};

const describe =
  (group: CheckGroup, cut: 'evidence' | 'policy') =>
  (proves: string, failure: string, miss?: string): CheckDescription => ({
    group,
    cut,
    proves,
    failure,
    ...(miss === undefined ? {} : { miss }),
  });

const quote = describe('quote', 'evidence');
const collateral = describe('collateral', 'evidence');
const platform = describe('platform', 'policy');
const image = describe('image', 'policy');
const application = describe('application', 'evidence');
const accepted = describe('application', 'policy');
const binding = describe('binding', 'evidence');
const demanded = describe('binding', 'policy');
const receipt = describe('receipt', 'evidence');

const ROWS = {
  'quote.format': quote(
    'The quote is a TDX quote of version 4 or 5. Its parts fill it exactly, and only zero bytes follow.',
    'The bytes are not a TDX quote, or they contain data that no signature covers.',
  ),
  'quote.signature': quote(
    'The attestation key in the quote signed the report.',
    'The report was changed, or the agent inserted its report data (as the official simulator does).',
  ),
  'quote.qe-report': quote(
    "Intel's quoting enclave vouches for the attestation key, and the platform's key signed its report.",
    'Another party made the attestation key. Anyone can sign a report with their own key.',
  ),
  'quote.pck-chain': quote(
    "The platform's certificate chain ends at a root that was already trusted.",
    'No trusted hardware made this quote.',
    'The chain is valid, but the policy does not accept its root. Under a test root, this is a simulated document.',
  ),
  'quote.second-opinion': quote(
    "Phala's dcap-qvl, which shares no code with these checks, reaches the same result.",
    'Two verifiers disagree. Trust neither until you know why.',
  ),
  'quote.dstack-verifier': quote(
    'A dstack-verifier that you named (--second-opinion) accepts the same evidence, replays the same log, and recomputes the image.',
    'It rejects, or it read something else. Trust neither verifier until you know why.',
  ),
  'collateral.format': collateral(
    "Intel's collateral for the platform is present, and each part is in its canonical form.",
    'Whether the platform is up to date cannot be determined. Name a provisioning cache (--pccs).',
  ),
  'collateral.tcb-info': collateral(
    "Intel signed the platform's TCB levels, and they are valid at this time.",
    'Whether the platform is up to date cannot be determined.',
  ),
  'collateral.qe-identity': collateral(
    'Intel signed the identity of its quoting enclave, and the identity is valid at this time.',
    'The quoting enclave may be outdated, or not from Intel.',
  ),
  'collateral.crl': collateral(
    "Intel's revocation lists are genuine, current, from the right issuer, and do not list this platform.",
    "The platform's key may have been revoked.",
  ),
  'collateral.match': collateral(
    'The collateral applies to this family of platforms (FMSPC, PCE id, kind of CA).',
    'The collateral is genuine but applies to other machines.',
  ),
  'collateral.currency': describe('collateral', 'policy')(
    'The collateral is from an evaluation that is recent enough for the policy.',
    'The party that supplied it may have kept an old set that hides a newer finding.',
  ),
  'tcb.status': platform(
    "The policy accepts Intel's status for the platform's firmware and microcode.",
    'The platform has known vulnerabilities or is revoked.',
  ),
  'tcb.qe-status': platform(
    'The quoting enclave is the expected one, at a level that the policy accepts.',
    'The enclave that signs quotes is outdated, or not from Intel.',
  ),
  'tcb.module': platform(
    "The TDX module is Intel's, with the expected attributes and at an accepted level.",
    'The component that isolates the machine from its host cannot be trusted.',
  ),
  'td.attributes': platform(
    'The machine runs without debug access and with the expected features.',
    "The host may be able to read or change the machine's memory.",
  ),
  'platform.identity': platform(
    'The policy lists the physical machine, or accepts any.',
    'The service runs on hardware that was not approved.',
  ),
  'measurement.mrtd': image(
    'The virtual firmware is the one that the policy pins, or that of an image that it lists.',
    'Unknown firmware started the machine.',
  ),
  'measurement.rtmr0': image(
    'The configuration of the virtual machine and its firmware is pinned, or recomputed for a listed image with ACPI tables that the policy lists.',
    'The machine has a configuration that was not reviewed.',
  ),
  'measurement.rtmr1': image(
    'The kernel is the one that the policy pins, or that of an image that it lists.',
    'An unknown kernel was started.',
  ),
  'measurement.rtmr2': image(
    'The kernel command line and the initial file system are pinned, or those of an image that the policy lists.',
    'An unknown system, possibly a development image, was started.',
  ),
  'measurement.os-image': image(
    'The policy lists the system image, which is not known as a development image and is the one that runs.',
    'A development image allows the operator of the host to log in.',
  ),
  'log.rtmr3': application(
    'The boot events, with recomputed digests, replay to the register that the hardware signed.',
    'The log was changed, or something else was measured.',
  ),
  'log.rtmr0-2': application(
    'A full log also replays to the registers of firmware and kernel. A stripped log does not cover them.',
    'The log contradicts the registers.',
  ),
  'log.events': application(
    'Each boot event occurs once and in order, before the system was ready.',
    'A forged event is among the boot events, or the version of the boot is not supported.',
    'The boot is in order, but a container then wrote events that the policy does not list.',
  ),
  'compose.hash': application(
    'The compose file in the document is the measured one, byte for byte.',
    'The service runs something other than the document shows.',
    'The file in the document is the measured one, but the policy does not list it.',
  ),
  'compose.lint': accepted(
    'The compose file pins its images, allows no access from outside and takes no unmeasured settings.',
    'The file allows something unmeasured to run or to change.',
  ),
  'app.id': accepted(
    'The application id is the measured one, and the policy lists it.',
    'This is another application, with other keys and users.',
  ),
  'app.instance': accepted(
    'The instance id is the measured one, and the policy lists it or accepts any.',
    'This is another instance, with another volume.',
  ),
  'statement.canonical': binding(
    'The statement is in canonical form and has exactly the known members.',
    'The statement is ambiguous or has unknown members.',
  ),
  'statement.report-data': binding(
    'The hardware signed exactly this statement.',
    'The quote covers something else, so anyone could have written the statement.',
  ),
  'statement.nonce': binding(
    'The statement was made for the nonce of this request.',
    'An older reply was replayed.',
  ),
  'statement.fresh': demanded(
    'The statement is neither older than the policy allows nor from the future.',
    'The machine may have changed since then.',
  ),
  'statement.config': demanded(
    'The policy accepts the attested settings.',
    'The service runs with settings that the policy does not accept.',
  ),
  'config.measured': demanded(
    'Each attested setting is a literal of the measured compose file.',
    'A setting comes from outside the measured file, so the host can forge it.',
  ),
  'document.consistent': binding(
    'Every repeated member of the document equals its source.',
    'A member that readers may trust contradicts its source.',
  ),
  'key.custody': binding(
    "A pinned KMS issued the application's key, and that key endorses the identity key.",
    'No KMS vouches for the key as the document states it. Recovery from a signature always yields some key.',
    'A chain vouches for the key, but the policy does not pin its key provider or its root. Recovery from a signature always yields some key.',
  ),
  'key.possession': binding(
    'The quoted machine holds the identity key.',
    'The endorsement may have been copied from another machine.',
  ),
  'state.monotonic': binding(
    'The state is that of the earlier document and was not rolled back between the two.',
    'The volume was replaced or rolled back. Revoked sessions and removed passkeys may work again.',
  ),
  'source.image': binding(
    'The measured file names the image by digest. Commit and lock file are claims of the build.',
    'The measured file names no image digest.',
  ),
  'source.provenance': binding(
    'A workflow that the policy names built the image from a commit that the policy lists, signed so, and a public log recorded it (--provenance).',
    'The provenance is not genuine, or it is about another image or another commit than the attested one.',
    'The provenance is genuine, but the policy does not accept who built the image, or from what. Anyone can sign a provenance of their own.',
  ),
  'channel.name': describe('channel', 'evidence')(
    'The requested host and port are those of the attested origin.',
    'A relay passes on the document of a service with another name. Clients of this name talk to the relay.',
  ),
  'channel.certificate': describe('channel', 'evidence')(
    'The TLS connection uses the key that the statement names.',
    'Another party ends TLS under this name, or a gateway does and the policy demands that the machine does.',
  ),
  'channel.binding': describe('channel', 'evidence')(
    'The hardware signed this TLS connection, so the machine itself is its other end.',
    'A party between can read and change traffic, even with the same certificate.',
  ),
  'channel.caa': describe('channel', 'policy')(
    "CAA records let the account of the service alone obtain certificates for the name, as this verifier's resolver reports them.",
    'Another party may obtain a certificate for the name and show browsers another page.',
  ),
  'governance.upgrade': describe('governance', 'policy')(
    'The policy accepts the parties that may allow other code to get the same keys.',
    'Anyone who may allow a compose hash can take every key.',
  ),
  'receipt.signature': receipt(
    "The receipts key in the boot's statement signed the receipt.",
    'The receipt was changed, or another boot made it.',
  ),
  'receipt.key-attested': receipt(
    'The document belongs to the boot that the receipt names, and attests its key.',
    'The receipt names another boot.',
  ),
  'receipt.plan': receipt(
    'The receipt contains exactly the signatures of the plan, with recomputed signers, capabilities and ids.',
    'Something outside the plan was signed for the account, or a part of the plan is missing.',
  ),
} as const satisfies Record<string, CheckDescription>;

/** The id of a check. */
export type CheckId = keyof typeof ROWS;

/** Returns what a check proves, and what its failure means. */
export const descriptionOf = (id: CheckId): CheckDescription => ROWS[id];

/** The descriptions of all checks, in the order of a report. */
export const CHECKS: ReadonlyMap<string, CheckDescription> = new Map(Object.entries(ROWS));

/** All ids, in the order of a report. */
export const CHECK_IDS: readonly CheckId[] = Object.keys(ROWS) as CheckId[];

/** Stated in every report: what evidence of this kind cannot decide. */
export const NOT_DECIDED: readonly string[] = [
  'Where a gateway ends TLS (see channel.binding), whoever ends it under the attested name can read and change traffic.',
  'The binding is that of this verifier. A browser cannot check it, so it depends on the authorities that issue certificates for the name.',
  'CAA records (channel.caa) do not stop an authority that ignores them, whoever can change the DNS of the name, or a certificate that was issued before.',
  'A rollback of the complete volume is detected only by comparing a later document (--previous).',
  "That users' addresses are derived from the attested root is a claim of the code that the image digest names.",
  'More than what was measured at start may be running: Docker keeps old containers across a hard reset.',
];
