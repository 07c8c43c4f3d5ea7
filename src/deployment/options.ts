/** The command line of `npm run deployment`. */
import { type Given, UsageError } from '../console/run-command.js';

const USAGE = `Usage:
  npm run deployment -- render --operator FILE --out DIR [--first-start]
  npm run deployment -- lint APP_COMPOSE --policy FILE
  npm run deployment -- check URL --dir DIR [options]

render   fills docker-compose.dstack.yml with the operator's values (src/deployment/operator.example.json) and writes into
         the new folder DIR: docker-compose.yml, app-compose.json, policy.json. Prints what a machine will show of them.
         --first-start   STATE_INIT=1: an empty volume is taken for a new one. Another file, another compose hash.
lint     judges an app-compose file, for one that a platform put together itself, before its hash is allowed.
check    asks a live service for its document, compares it with the files in DIR, and verifies it under DIR/policy.json.
         --policy FILE       another policy
         --governance FILE   saved facts about who may allow other code
         --pccs URL          fetch Intel's data where the document brings none
         --root-ca PEM, --allow-test-root   as for verify-attestation: for rehearsals on the stand-ins
         --help              print this text

Example: npm run deployment -- render --operator operator.json --out deployment
Exit codes: 0 done or accepted, 1 refused or rejected, 2 could not be done, 64 wrong usage.
`;

/** What the arguments ask for. */
export type Invocation =
  | {
      readonly command: 'render';
      readonly operator: string;
      readonly out: string;
      readonly isFirstStart: boolean;
    }
  | { readonly command: 'lint'; readonly file: string; readonly policy: string }
  | {
      readonly command: 'check';
      readonly url: string;
      readonly dir: string;
      readonly policy: string | undefined;
      /** Handed to the verifier as they are. */
      readonly flags: readonly string[];
    };

const OPTIONS = {
  operator: { type: 'string' },
  out: { type: 'string' },
  'first-start': { type: 'boolean', default: false },
  policy: { type: 'string' },
  dir: { type: 'string' },
  governance: { type: 'string' },
  pccs: { type: 'string' },
  'root-ca': { type: 'string' },
  'allow-test-root': { type: 'boolean', default: false },
} as const;

/** The command line of `npm run deployment`; which options go with which command is judged by `readInvocation`. */
export const DEPLOYMENT_LINE = {
  usage: USAGE,
  options: OPTIONS,
  positionals: [1, 2],
} as const;

const VERIFIER_VALUES = ['governance', 'pccs', 'root-ca'] as const;

const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  render: ['operator', 'out', 'first-start'],
  lint: ['policy'],
  check: ['dir', 'policy', 'allow-test-root', ...VERIFIER_VALUES],
};

type Values = Given<typeof OPTIONS>['values'];

function required(values: Values, name: 'operator' | 'out' | 'policy' | 'dir'): string {
  const value = values[name];
  if (value === undefined || value === '') throw new UsageError(`--${name} is required.`);
  return value;
}

function verifierFlags(values: Values): readonly string[] {
  const given = VERIFIER_VALUES.flatMap((name) => {
    const value = values[name];
    return value === undefined ? [] : [`--${name}`, value];
  });
  return values['allow-test-root'] ? [...given, '--allow-test-root'] : given;
}

/** Throws a UsageError. */
export function readInvocation({ values, positionals }: Given<typeof OPTIONS>): Invocation {
  const [command = '', target] = positionals;
  const allowed = ALLOWED[command];
  if (allowed === undefined) throw new UsageError('The command must be render, lint or check.');
  const foreign = Object.entries(values)
    .filter(([, value]) => value !== false)
    .find(([name]) => !allowed.includes(name));
  if (foreign !== undefined)
    throw new UsageError(`--${foreign[0]} cannot be combined with ${command}.`);
  if ((target !== undefined) !== (command !== 'render')) {
    throw new UsageError(
      command === 'render' ? 'render takes options only.' : `${command} takes one argument.`,
    );
  }
  if (command === 'render') {
    return {
      command,
      operator: required(values, 'operator'),
      out: required(values, 'out'),
      isFirstStart: values['first-start'],
    };
  }
  if (command === 'lint') {
    return { command, file: target ?? '', policy: required(values, 'policy') };
  }
  if (!/^https?:\/\//.test(target ?? '')) throw new UsageError('check takes a URL.');
  return {
    command: 'check',
    url: target ?? '',
    dir: required(values, 'dir'),
    policy: values.policy,
    flags: verifierFlags(values),
  };
}
