/** The command line of `npm run deployment`. */
import { PLATFORMS, type Platform } from '../../attestation/policy/policy.js';
import { type Given, UsageError } from '../console/run-command.js';

const USAGE = `Usage:
  npm run deployment -- render --operator FILE --out DIR [--platform NAME] [--store postgres] [--first-start]
  npm run deployment -- lint APP_COMPOSE --policy FILE
  npm run deployment -- plan OLD NEW
  npm run deployment -- check URL --dir DIR [options]

render   fills in docker-compose.dstack.yml with the operator's values (src/deployment/operator.example.json) and writes
         docker-compose.yml, app-compose.json, policy.json and commands.txt into the new folder DIR. Prints what a machine
         will report.
         --platform NAME dstack-vmm (default: its tool takes the file unchanged), or phala-cloud (composes the file itself)
         --store postgres   for replicas on a shared database: no volume, and DATABASE_URL comes from outside
         --first-start   STATE_INIT=1: accepts an empty volume or database as a new one. The file has a different compose hash.
lint     checks an app-compose file that a platform composed, before its hash is allowed.
plan     compares two rendered folders: what an upgrade changes, and the transactions to propose.
check    asks a live service for its document, compares it with the files in DIR, and verifies it under DIR/policy.json.
         Says whether the TLS connection is bound to the evidence, and whose address the service sees.
         --policy FILE       another policy
         --governance FILE   saved facts about who may allow different code
         --rpc URL, --kms ADDRESS   read these facts from the chain, as in verify-attestation
         --provenance FILE   who built the image, as in verify-attestation
         --pccs URL          fetch Intel's data if the document contains none
         --tls-ca PEM        the authority of the service's TLS certificate, in place of those of the system
         --root-ca PEM, --allow-test-root   as in verify-attestation, for rehearsals with stand-ins
         --help              print this text

Example: npm run deployment -- render --operator operator.json --out deployment
Exit codes: 0 done or accepted, 1 refused or rejected, 2 failed, 64 wrong usage.
`;

/** The parsed command. */
export type Invocation =
  | {
      readonly command: 'render';
      readonly operator: string;
      readonly out: string;
      readonly store: 'json' | 'postgres';
      readonly isFirstStart: boolean;
      readonly platform: Platform;
    }
  | { readonly command: 'plan'; readonly from: string; readonly to: string }
  | { readonly command: 'lint'; readonly file: string; readonly policy: string }
  | {
      readonly command: 'check';
      readonly url: string;
      readonly dir: string;
      readonly policy: string | undefined;
      /** A file with the authority of the service's TLS certificate. */
      readonly tlsAuthority: string | undefined;
      /** Passed to the verifier unchanged. */
      readonly flags: readonly string[];
    };

const OPTIONS = {
  operator: { type: 'string' },
  out: { type: 'string' },
  'first-start': { type: 'boolean', default: false },
  platform: { type: 'string' },
  store: { type: 'string' },
  policy: { type: 'string' },
  dir: { type: 'string' },
  governance: { type: 'string' },
  rpc: { type: 'string', multiple: true },
  kms: { type: 'string' },
  provenance: { type: 'string' },
  pccs: { type: 'string' },
  'root-ca': { type: 'string' },
  'tls-ca': { type: 'string' },
  'allow-test-root': { type: 'boolean', default: false },
} as const;

/**
 * The command line of `npm run deployment`. `readInvocation` checks which options a command
 * accepts.
 */
export const DEPLOYMENT_LINE = {
  usage: USAGE,
  options: OPTIONS,
  positionals: [1, 3],
} as const;

const VERIFIER_VALUES = ['governance', 'rpc', 'kms', 'provenance', 'pccs', 'root-ca'] as const;

const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  render: ['operator', 'out', 'first-start', 'platform', 'store'],
  plan: [],
  lint: ['policy'],
  check: ['dir', 'policy', 'tls-ca', 'allow-test-root', ...VERIFIER_VALUES],
};

type Values = Given<typeof OPTIONS>['values'];

function required(values: Values, name: 'operator' | 'out' | 'policy' | 'dir'): string {
  const value = values[name];
  if (value === undefined || value === '') throw new UsageError(`--${name} is required.`);
  return value;
}

function storeOf({ store = 'json' }: Values): 'json' | 'postgres' {
  if (store === 'json' || store === 'postgres') return store;
  throw new UsageError('--store must be json or postgres.');
}

function verifierFlags(values: Values): readonly string[] {
  const given = VERIFIER_VALUES.flatMap((name) =>
    [values[name] ?? []].flat().flatMap((value) => [`--${name}`, value]),
  );
  return values['allow-test-root'] ? [...given, '--allow-test-root'] : given;
}

const ARGUMENTS: Readonly<Record<string, readonly [count: number, said: string]>> = {
  render: [0, 'render takes options only.'],
  lint: [1, 'lint takes one argument.'],
  plan: [2, 'plan takes two folders.'],
  check: [1, 'check takes one argument.'],
};

function requireArguments(command: string, given: number): void {
  const [count, said] = ARGUMENTS[command] ?? [0, ''];
  if (given !== count) throw new UsageError(said);
}

function platformOf(name: string): Platform {
  const known = PLATFORMS.find((each) => each === name);
  if (known === undefined) throw new UsageError(`--platform is ${PLATFORMS.join(' or ')}.`);
  return known;
}

/** Returns the command of an invocation. Throws UsageError. */
export function readInvocation({ values, positionals }: Given<typeof OPTIONS>): Invocation {
  const [command = '', target, second] = positionals;
  const allowed = ALLOWED[command];
  if (allowed === undefined)
    throw new UsageError('The command must be render, lint, plan or check.');
  const foreign = Object.entries(values)
    .filter(([, value]) => value !== false)
    .find(([name]) => !allowed.includes(name));
  if (foreign !== undefined)
    throw new UsageError(`--${foreign[0]} cannot be combined with ${command}.`);
  requireArguments(command, positionals.length - 1);
  if (command === 'render') {
    return {
      command,
      operator: required(values, 'operator'),
      out: required(values, 'out'),
      store: storeOf(values),
      isFirstStart: values['first-start'],
      platform: platformOf(values.platform ?? 'dstack-vmm'),
    };
  }
  if (command === 'plan') return { command, from: target ?? '', to: second ?? '' };
  if (command === 'lint') {
    return { command, file: target ?? '', policy: required(values, 'policy') };
  }
  if (!/^https?:\/\//.test(target ?? '')) throw new UsageError('check takes a URL.');
  return {
    command: 'check',
    url: target ?? '',
    dir: required(values, 'dir'),
    policy: values.policy,
    tlsAuthority: values['tls-ca'],
    flags: verifierFlags(values),
  };
}
