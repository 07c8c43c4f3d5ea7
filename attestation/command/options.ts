/** Parses the command line of the verifier. */
import { parseArgs } from 'node:util';
import { INTEL_NAME } from '../collect/collateral-service.js';
import { isSafeUrl } from '../collect/fetch-capped.js';

/** The usage text. */
export const USAGE = `Usage:
  npm run verify-attestation -- [verify] <url | bundle.json> [options]
  npm run verify-attestation -- capture <url> -o bundle.json
  npm run verify-attestation -- explain [CHECK]
  npm run verify-attestation -- policy init <bundle.json> [-o policy.json]
  npm run verify-attestation -- governance --rpc URL [--rpc URL] --app ADDRESS [--kms ADDRESS] [-o facts.json]

verify asks a live service with a fresh nonce, or reads a captured document, and prints every check.
  --policy FILE        what you accept (default: attestation/policy.production.json)
  --nonce HEX          the nonce (64 hex digits) with which the bundle was requested
  --at TIME            judge at this time: RFC 3339, or seconds since 1970 (default: now)
  --collateral FILE    Intel's collateral to use instead of the document's own
  --pccs URL           fetch collateral if the document has none; "intel" names Intel's own service
  --governance FILE    saved facts about who may allow other code (made by "governance", or by hand)
  --rpc URL            read these facts from the chain now; twice for two providers that must agree
  --kms ADDRESS        with --rpc: the contract of the KMS, to read its facts as well
  --provenance FILE    a Sigstore bundle about the build of the image, judged by the policy's "source"
  --provenance-root FILE  trusted roots to use instead of those of Sigstore's public service
  --second-opinion URL ask a dstack-verifier of your choice about the same evidence, and compare
  --receipt FILE       a receipt to verify against the document
  --previous BUNDLE    an earlier document of the same service, to detect a rollback of its state
  --root-ca PEM        a test root of your own, with --allow-test-root
  --tls-ca PEM         the authority of the service's TLS certificate, in place of those of the system
  --allow-test-root    accept a simulation, which proves nothing about hardware
  --offline            use no network at all
  --json               print the report as JSON (schema: attestation/report.schema.json)
  --html FILE          also write the report as a page that contains everything, to read or to print

capture   saves a document for later (-o, --output FILE; --nonce HEX: default a random nonce)
explain   prints what a check proves and what its failure means
governance  reads from a chain who may allow other code: owner, upgrades, every compose hash that was
            ever allowed, devices, and with --kms the rules and roots of the KMS, all at one finalized
            block. Two providers (--rpc twice) must agree. -o also continues a run that was interrupted
policy    init pins what a bundle shows; the policy accepts nothing until you set "reviewed" to true

  --help    print this text

Example: npm run verify-attestation -- https://sealwright.example --policy my-policy.json
Example: npm run verify-attestation -- https://sealwright.example --policy my-policy.json \\
           --rpc https://rpc-one.example --rpc https://rpc-two.example
Example: npm run verify-attestation -- governance --rpc https://rpc.example --app 0xADDRESS -o facts.json
Exit codes: 0 accepted, 1 rejected, 2 could not be checked, 64 wrong usage.
`;

/** Wrong usage, which the message describes. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

const OPTIONS = {
  policy: { type: 'string' },
  nonce: { type: 'string' },
  at: { type: 'string' },
  collateral: { type: 'string' },
  pccs: { type: 'string' },
  governance: { type: 'string' },
  rpc: { type: 'string', multiple: true },
  app: { type: 'string' },
  kms: { type: 'string' },
  provenance: { type: 'string' },
  'provenance-root': { type: 'string' },
  'second-opinion': { type: 'string' },
  receipt: { type: 'string' },
  previous: { type: 'string' },
  'root-ca': { type: 'string' },
  'tls-ca': { type: 'string' },
  'allow-test-root': { type: 'boolean', default: false },
  offline: { type: 'boolean', default: false },
  json: { type: 'boolean', default: false },
  html: { type: 'string' },
  output: { type: 'string', short: 'o' },
  help: { type: 'boolean', short: 'h', default: false },
} as const;

/** The parsed options. */
export type Flags = {
  readonly policy?: string;
  readonly nonce?: string;
  readonly at?: string;
  readonly collateral?: string;
  readonly pccs?: string;
  readonly governance?: string;
  readonly rpc?: readonly string[];
  readonly app?: string;
  readonly kms?: string;
  readonly provenance?: string;
  readonly 'provenance-root'?: string;
  readonly 'second-opinion'?: string;
  readonly receipt?: string;
  readonly previous?: string;
  readonly 'root-ca'?: string;
  readonly 'tls-ca'?: string;
  readonly 'allow-test-root': boolean;
  readonly offline: boolean;
  readonly json: boolean;
  readonly html?: string;
  readonly output?: string;
  readonly help: boolean;
};

/** The parsed command line. */
export type Invocation =
  | { readonly command: 'help' }
  | {
      readonly command: 'verify' | 'capture' | 'policy-init';
      readonly target: string;
      readonly flags: Flags;
    }
  | { readonly command: 'explain'; readonly check: string | undefined }
  | {
      readonly command: 'governance';
      readonly rpcUrls: readonly string[];
      readonly app: string;
      readonly kms: string | undefined;
      readonly output: string | undefined;
    };

/** Returns whether the text is an http or https URL. */
export const isUrl = (text: string): boolean => /^https?:\/\//.test(text);

/** Parses the command line. Throws a UsageError. */
export function parseInvocation(args: readonly string[]): Invocation {
  const { values, positionals } = parse(args);
  if (values.help || positionals[0] === 'help') return { command: 'help' };
  const flags = { ...values };
  const [first, second, third, ...more] = positionals;
  if (first === 'explain') {
    requireNoMore([third, ...more]);
    return { command: 'explain', check: second };
  }
  if (first === 'policy') {
    if (second !== 'init' || third === undefined)
      throw new UsageError('policy init takes a bundle');
    requireNoMore(more);
    return { command: 'policy-init', target: third, flags };
  }
  if (first === 'capture') {
    requireNoMore([third, ...more]);
    if (second === undefined || !isUrl(second)) throw new UsageError('capture takes a URL');
    if (values.output === undefined) throw new UsageError('capture needs -o FILE');
    return { command: 'capture', target: second, flags };
  }
  if (first === 'governance') {
    requireNoMore([second, third, ...more]);
    const { rpc, app, kms, output } = flags;
    if (rpc === undefined || app === undefined) {
      throw new UsageError('governance needs --rpc and --app');
    }
    const addresses = { app: parseChainAddress(app), kms: kms && parseChainAddress(kms) };
    return { command: 'governance', rpcUrls: checkProviders(rpc), ...addresses, output };
  }
  const named = first === 'verify';
  const target = named ? second : first;
  requireNoMore(named ? [third, ...more] : [second, third, ...more]);
  if (target === undefined) throw new UsageError('a URL or a bundle is needed');
  checkVerifyFlags(target, flags);
  const kms = flags.kms === undefined ? {} : { kms: parseChainAddress(flags.kms) };
  return { command: 'verify', target, flags: { ...flags, ...kms } };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : 'bad arguments');
  }
}

function requireNoMore(rest: readonly (string | undefined)[]): void {
  const extra = rest.find((each) => each !== undefined);
  if (extra !== undefined) throw new UsageError(`unexpected argument ${JSON.stringify(extra)}`);
}

function checkVerifyFlags(target: string, flags: Flags): void {
  const { nonce, at, offline, pccs, collateral } = flags;
  if (nonce !== undefined && !/^[0-9a-f]{64}$/.test(nonce)) {
    throw new UsageError('--nonce takes 64 lower-case hex digits');
  }
  if (isUrl(target) && nonce !== undefined) {
    throw new UsageError('verify asks a live service with a fresh nonce; --nonce is for bundles');
  }
  if (isUrl(target) && offline) throw new UsageError('--offline cannot ask a live service');
  if (pccs !== undefined && (offline || collateral !== undefined)) {
    throw new UsageError('--pccs cannot be combined with --offline or --collateral');
  }
  if (pccs !== undefined && pccs !== INTEL_NAME && !isUrl(pccs)) {
    throw new UsageError(`--pccs takes a URL or ${INTEL_NAME}`);
  }
  if (flags['root-ca'] !== undefined && !flags['allow-test-root']) {
    throw new UsageError('--root-ca needs --allow-test-root');
  }
  if (flags['provenance-root'] !== undefined && flags.provenance === undefined) {
    throw new UsageError('--provenance-root needs --provenance');
  }
  const opinion = flags['second-opinion'];
  if (opinion !== undefined && !isUrl(opinion))
    throw new UsageError('--second-opinion takes a URL');
  if (opinion !== undefined && offline) {
    throw new UsageError('--second-opinion cannot be combined with --offline');
  }
  checkChainFlags(flags);
  if (at !== undefined) parseTime(at);
}

function checkChainFlags({ rpc, app, kms, governance, offline }: Flags): void {
  if (app !== undefined)
    throw new UsageError('--app is for governance; verify reads the application of the document');
  if (kms !== undefined && rpc === undefined) throw new UsageError('--kms needs --rpc');
  if (rpc === undefined) return;
  if (governance !== undefined || offline) {
    throw new UsageError('--rpc cannot be combined with --governance or --offline');
  }
  checkProviders(rpc);
}

/** Returns an address of a chain in lower case. Throws a UsageError. */
function parseChainAddress(text: string): string {
  if (/^0x[0-9a-fA-F]{40}$/.test(text)) return text.toLowerCase();
  throw new UsageError('an address is 0x and 40 hex digits');
}

/** Returns the URLs of one provider, or of two that are not the same. Throws a UsageError. */
function checkProviders(rpc: readonly string[]): readonly string[] {
  const urls = rpc.map((text) => (URL.canParse(text) ? new URL(text) : undefined));
  const usable = urls.every(
    (url) => url !== undefined && isSafeUrl(url) && url.username === '' && url.password === '',
  );
  if (!usable) {
    throw new UsageError('--rpc takes https (or http on this machine), without user and password');
  }
  if (rpc.length > 2) throw new UsageError('--rpc can be given twice');
  if (new Set(urls.map((url) => url?.host)).size !== rpc.length) {
    throw new UsageError('--rpc twice needs two providers');
  }
  return rpc;
}

/**
 * Parses an RFC 3339 time or seconds since 1970 to milliseconds since 1970. Throws a UsageError.
 */
export function parseTime(text: string): number {
  if (/^[0-9]{1,11}$/.test(text)) return Number(text) * 1_000;
  const isTime = /^\d{4}-\d\d-\d\d(?:T\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d))?$/.test(text);
  const ms = isTime ? Date.parse(text) : Number.NaN;
  if (!Number.isFinite(ms))
    throw new UsageError('--at takes an RFC 3339 time or seconds since 1970');
  return ms;
}
