/**
 * Every check by its stable id: what a pass proves, and what a failure means. A report lists all of them, in this order.
 *
 * The cut says which question is answered: `evidence`, is it cryptographically true; `policy`, is it what I accept.
 */
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

export type CheckDescription = {
  readonly group: CheckGroup;
  readonly cut: 'evidence' | 'policy';
  readonly proves: string;
  readonly failure: string;
};

const describe =
  (group: CheckGroup, cut: 'evidence' | 'policy') =>
  (proves: string, failure: string): CheckDescription => ({ group, cut, proves, failure });

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
    'The quote is a TDX quote of version 4 or 5 whose parts tile exactly; only zero bytes follow it.',
    'These bytes are not a TDX quote, or something was put into them that no signature covers.',
  ),
  'quote.signature': quote(
    'The attestation key in the quote signed the report.',
    'The report was changed, or the agent patched its report data in (as the official simulator does).',
  ),
  'quote.qe-report': quote(
    "Intel's quoting enclave vouches for the attestation key, and the platform's key signed that.",
    'Somebody else made the attestation key: anybody can sign a report with a key of their own.',
  ),
  'quote.pck-chain': quote(
    "The platform's certificate leads to a root that was trusted before.",
    'No trusted hardware stands behind this quote. Under a test root it is a simulated document.',
  ),
  'quote.second-opinion': quote(
    "Phala's dcap-qvl, which shares no code with these checks, comes to the same answer.",
    'Two verifiers disagree: trust neither until it is known why.',
  ),
  'collateral.format': collateral(
    "Intel's data about the platform are there, each part in its one spelling.",
    'Without them nobody can say whether the platform is up to date: name a provisioning cache (--pccs).',
  ),
  'collateral.tcb-info': collateral(
    "Intel signed these facts about the platform's security levels, and they are valid at this time.",
    'Without them nobody can say whether the platform is up to date.',
  ),
  'collateral.qe-identity': collateral(
    'Intel signed what its quoting enclave must be, and it is valid at this time.',
    'Without it the quoting enclave may be an old or foreign one.',
  ),
  'collateral.crl': collateral(
    "Intel's revocation lists are genuine, current, of the right issuer, and do not name this platform.",
    "The platform's key may have been revoked.",
  ),
  'collateral.match': collateral(
    'The facts are about this family of platforms (FMSPC, PCE id, kind of CA).',
    'The facts are genuine, but of other machines.',
  ),
  'collateral.currency': describe('collateral', 'policy')(
    'The facts are of an evaluation that the policy finds recent enough.',
    'Whoever supplied them may have kept an old set that hides a newer finding.',
  ),
  'tcb.status': platform(
    "Intel's verdict on the platform's firmware and microcode is one that the policy accepts.",
    'The platform has known weaknesses, or is revoked.',
  ),
  'tcb.qe-status': platform(
    'The quoting enclave is the expected one, at an accepted level.',
    'The enclave that signs quotes is foreign or out of date.',
  ),
  'tcb.module': platform(
    "The TDX module is Intel's, with the attributes and the level that are expected.",
    'What isolates the machine from its host is not what it should be.',
  ),
  'td.attributes': platform(
    'The machine runs without debug access and with the features that are expected.',
    "The host may read or steer the machine's memory.",
  ),
  'platform.identity': platform(
    'The physical machine is one that the policy knows, or any.',
    'It runs on hardware that was not approved.',
  ),
  'measurement.mrtd': image(
    'The virtual firmware is a pinned one.',
    'Unknown firmware started the machine.',
  ),
  'measurement.rtmr0': image(
    'The shape of the virtual machine and its firmware settings are pinned ones.',
    'The machine was set up in a way that nobody reviewed.',
  ),
  'measurement.rtmr1': image('The kernel is a pinned one.', 'An unknown kernel was started.'),
  'measurement.rtmr2': image(
    'The command line and the first file system are pinned ones.',
    'An unknown system, perhaps a development image, was started.',
  ),
  'measurement.os-image': image(
    'The system image is a known one, and no development image.',
    'A development image lets whoever runs the host log in.',
  ),
  'log.rtmr3': application(
    "The boot's events, recomputed from what they say, come to the register that the hardware signed.",
    'The log was changed, or something else was measured.',
  ),
  'log.rtmr0-2': application(
    'A full log also comes to the registers of firmware and kernel; a stripped log says nothing of them.',
    'The log contradicts the registers.',
  ),
  'log.events': application(
    'The boot has each of its events once and in order, before the system was ready.',
    'Something pretended to be an event of the boot, or the boot is of a version that is not understood.',
  ),
  'compose.hash': application(
    'The compose file that is shown is the one that was measured, byte for byte.',
    'What runs is not what is shown.',
  ),
  'compose.lint': accepted(
    'The compose file pins its images, lets nobody in from outside and takes no unmeasured settings.',
    'The file leaves a way to run or to change something that is not measured.',
  ),
  'app.id': accepted(
    "The application's id is the measured one, and one that the policy names.",
    'It is another application: other keys, other users.',
  ),
  'app.instance': accepted(
    'The instance is the measured one, and one that the policy names, or any.',
    'It is another instance, with another volume.',
  ),
  'statement.canonical': binding(
    'The statement is in its one spelling, with exactly the members that are known.',
    'The statement can be read in two ways, or says what is not understood.',
  ),
  'statement.report-data': binding(
    'The hardware signed this very statement.',
    'The quote is about something else: the statement could be of anybody.',
  ),
  'statement.nonce': binding(
    'The statement was made for the question that was asked.',
    'An older answer was played back.',
  ),
  'statement.fresh': demanded(
    'The statement is not older than the policy allows, nor from the future.',
    'The machine may have changed since.',
  ),
  'statement.config': demanded(
    'The attested settings are ones that the policy accepts.',
    'The service runs with settings that were not agreed to.',
  ),
  'config.measured': demanded(
    'Each attested setting is a literal of the measured compose file.',
    'Somebody outside the measured file decides a setting: the host can forge it.',
  ),
  'document.consistent': binding(
    'Whatever the document says twice, it says the same.',
    'A member that readers may trust says other things than its source.',
  ),
  'key.custody': binding(
    "A pinned KMS issued the application's key for this application, and it endorses the identity key.",
    'Nobody known vouches for the key: recovery from a signature always gives some key.',
  ),
  'key.possession': binding(
    'The quoted machine holds the identity key.',
    "The endorsement may have been copied from somebody else's machine.",
  ),
  'state.monotonic': binding(
    'The state is the one of an earlier document, and was not put back in time between the two.',
    'The volume was replaced or put back: revoked sessions and removed passkeys may live again.',
  ),
  'source.provenance': binding(
    'Names the image digest of the measured file; commit and lock file are claims of the build.',
    'The file names no image digest.',
  ),
  'channel.name': describe('channel', 'evidence')(
    'The host and port that were asked are those of the attested origin.',
    'A relay passes on the document of a service that has another name: who uses this name talks to the relay.',
  ),
  'governance.upgrade': describe('governance', 'policy')(
    'Who may allow other code to get the same keys is known and accepted.',
    'Whoever may allow a compose hash can take every key.',
  ),
  'receipt.signature': receipt(
    "The receipt is signed by the receipts key of the boot's statement.",
    'The receipt was changed, or another boot made it.',
  ),
  'receipt.key-attested': receipt(
    'The document is of the boot that the receipt names, and attests its key.',
    'The receipt names another boot.',
  ),
  'receipt.plan': receipt(
    'The receipt holds exactly the signatures of the plan: recomputed signers, capabilities and ids.',
    'Something else was signed for the account, or something of the plan is missing.',
  ),
} as const satisfies Record<string, CheckDescription>;

export type CheckId = keyof typeof ROWS;

export const CHECKS: ReadonlyMap<string, CheckDescription> = new Map(Object.entries(ROWS));

/** All ids, in the order of a report. */
export const CHECK_IDS: readonly CheckId[] = Object.keys(ROWS) as CheckId[];

/** Said in every report: what no evidence of this kind can decide. */
export const NOT_DECIDED: readonly string[] = [
  'TLS ends at the gateway: whoever ends it under the attested name can read and change traffic. Only the name is compared.',
  'A whole volume that was put back in time is not seen, unless a later document is compared (--previous).',
  "That users' addresses come from the attested root is a claim of the code that the image digest names.",
  'What was measured at start may not be all that still runs: Docker keeps old containers across a hard reset.',
];
