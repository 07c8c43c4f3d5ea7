/**
 * Parses the environment into one frozen configuration. Every problem is reported at once, and so
 * is an unknown `TINYCLOUD_*` name: a misspelled kill switch must not pass for one that works.
 */
import { z } from 'zod';
import { type JudgedSettings, problemsOfMode } from './config-rules.js';
import {
  about,
  integer,
  isContact,
  isNodeDid,
  list,
  onOff,
  origin,
  rateLimits,
} from './config-types.js';
import { TLS_SETTINGS } from './config-tls.js';
import { ServiceError } from './errors.js';

/** The configuration of the service. */
export type Config = z.infer<typeof schema>;

const schema = z.object({
  SEALWRIGHT_MODE: z
    .enum(['production', 'development'])
    .default('production')
    .meta(about('`development` allows a simulated enclave and listens on loopback only.')),
  HOST: z.string().default('127.0.0.1').meta(about('The address to listen on.')),
  PORT: integer(0, 65_535)
    .default(3001)
    .meta(about('The port to listen on. `0` picks a free one.')),
  PUBLIC_ORIGIN: origin.meta(
    about(
      'The public origin of the service. Required in production.',
      'in development `http://localhost:PORT`',
    ),
  ),
  APP_ORIGINS: list
    .pipe(z.array(origin))
    .meta(about('The apps that may embed the widget and ask for signatures, separated by commas.')),
  DATA_DIR: z
    .string()
    .min(1)
    .optional()
    .meta(about('An existing directory on the sealed volume. Required without `DATABASE_URL`.')),
  DATABASE_URL: z
    .string()
    .min(1)
    .optional()
    .meta(
      about(
        'A PostgreSQL database that several replicas share, in place of `DATA_DIR`. A secret: it is neither measured nor attested.',
      ),
    ),
  STATE_INIT: z
    .enum(['0', '1'])
    .default('0')
    .transform((value) => value === '1')
    .meta(
      about(
        '`1` at the first start only. Otherwise a directory that this service did not create refuses to start.',
        '`0`',
      ),
    ),
  STATE_RESTORED: z
    .enum(['0', '1'])
    .default('0')
    .transform((value) => value === '1')
    .meta(
      about(
        '`1` at the start after a shared database was restored to an older state. Otherwise no replica starts once one has noticed that.',
        '`0`',
      ),
    ),
  DSTACK_SIMULATOR_ENDPOINT: z
    .string()
    .min(1)
    .optional()
    .meta(about("A guest agent other than the enclave's own. Development only.")),
  TINYCLOUD_BOOTSTRAP_HOST: origin
    .default('https://node.tinycloud.xyz')
    .meta(about('The TinyCloud node: https, or loopback in development.')),
  TINYCLOUD_NODE_DID: z
    .string()
    .refine(isNodeDid, 'must be an Ed25519 did:key')
    .optional()
    .meta(
      about(
        "The node's identity. Required in production; in development the first answer is pinned.",
      ),
    ),
  TINYCLOUD_BOOTSTRAP_ON_SIGN: onOff
    .default(true)
    .meta(about('The kill switch: `off` signs and sets up no accounts.', '`on`')),
  KEY_EXPORT: onOff.default(true).meta(about('`off`: nobody can export a key.', '`on`')),
  TINYCLOUD_BOOTSTRAP_SYNC_BUDGET_MS: integer(0, 30_000)
    .default(2500)
    .meta(
      about(
        'How long, in milliseconds, a response may wait for the account, from the arrival of the request.',
      ),
    ),
  TINYCLOUD_BOOTSTRAP_NODE_BUDGET: integer(1, 1_000_000)
    .default(200)
    .meta(about('How many accounts are used at the node in 330 seconds. About 255 fit.')),
  TINYCLOUD_CHAIN_IDS: list
    .transform((items) => (items.length === 0 ? ['1'] : items))
    .pipe(z.array(integer(1, Number.MAX_SAFE_INTEGER)).max(20))
    .meta(about('The chain ids for which accounts are set up, separated by commas.', '`1`')),
  KMS_ROOT_PUBLIC_KEY: z
    .string()
    .regex(/^0[23][0-9a-f]{64}$/, 'must be a compressed public key: 66 lower-case hex digits')
    .optional()
    .meta(about('The KMS root that vouches for the key (compressed hex). Required in production.')),
  PCCS_URL: origin
    .optional()
    .meta(about("A provisioning cache. With it, documents include Intel's collateral.")),
  DELEGATE_SIGN_DOMAINS: list.meta(
    about(
      'The hosts of the apps that may sign without asking if the person allows it, separated by commas.',
    ),
  ),
  TRUSTED_PROXY_HOPS: integer(0, 10)
    .default(0)
    .meta(about('The number of your own proxies that each request passes through.')),
  CLIENT_ADDRESSES: z
    .enum(['socket', 'shared'])
    .default('socket')
    .meta(
      about('`shared`: every connection comes from one gateway, so nothing is limited by address.'),
    ),
  PROXY_PROTOCOL: z
    .enum(['off', 'v2'])
    .default('off')
    .meta(about('`v2`: the gateway names the client of each connection in a header.')),
  ETHEREUM_RPC: origin
    .optional()
    .meta(
      about(
        "A node of Ethereum's main chain that judges the signatures of contract wallets (EIP-1271, EIP-6492). Without it they cannot sign in. It is believed, and it is public.",
      ),
    ),
  ...TLS_SETTINGS,
  RATE_LIMITS: rateLimits.optional().meta(about('Limits that differ from the defaults below.')),
  METRICS_PORT: integer(1, 65_535)
    .optional()
    .meta(about('Serves Prometheus metrics on `127.0.0.1`.')),
  LOG_LEVEL: z
    .enum(['debug', 'info', 'warn', 'error'])
    .default('info')
    .meta(about('`debug`, `info`, `warn`, or `error`. Logs are JSON lines on standard error.')),
  SECURITY_CONTACT: z
    .string()
    .refine(isContact, 'must be an https: or mailto: address')
    .optional()
    .meta(
      about('Where to report a vulnerability, served as `/.well-known/security.txt` (RFC 9116).'),
    ),
  SIGNER: z
    .enum(['native', 'ethers'])
    .default('native')
    .meta(
      about(
        '`native` signs with libsecp256k1 and hashes with WebAssembly. `ethers` does both in JavaScript, for machines that have neither, and is slower.',
      ),
    ),
});

type Environment = Readonly<Record<string, string | undefined>>;

// These variables would change what code runs or which certificates it trusts, without being
// measured. A developer's machine may need them.
const REFUSED = new Set(['NODE_OPTIONS', 'NODE_EXTRA_CA_CERTS', 'NODE_TLS_REJECT_UNAUTHORIZED']);

function problemsOfNames(environment: Environment): readonly string[] {
  const known = new Set(Object.keys(schema.shape));
  const names = Object.keys(environment).filter((name) => environment[name] !== undefined);
  return [
    ...names
      .filter((name) => name.startsWith('TINYCLOUD_') && !known.has(name))
      .map((name) => `${name}: is not a setting`),
    ...names
      .filter((name) => REFUSED.has(name) && environment['SEALWRIGHT_MODE'] !== 'development')
      .map((name) => `${name}: must not be set in production`),
  ];
}

/**
 * Parses the environment. Throws ERR_CONFIG with every problem in `detail.problems`, including
 * those of settings that depend on others. The problems never contain values.
 */
export function parseConfig(environment: Environment): Config {
  const settings = withDefaults(environment);
  const parsed = schema.safeParse(settings);
  const issues = parsed.error?.issues ?? [];
  const malformed = new Set(issues.map(({ path }) => String(path[0])));
  const problems = [
    ...problemsOfNames(environment),
    ...issues.map(describeIssue),
    ...problemsOfMode(parsed.data ?? readable(settings, malformed), malformed),
  ];
  if (!parsed.success || problems.length > 0) {
    throw new ServiceError('ERR_CONFIG', { detail: { problems } });
  }
  return Object.freeze(parsed.data);
}

/** A malformed mode is left undefined, because its default would be a guess. */
function readable(settings: Environment, malformed: ReadonlySet<string>): JudgedSettings {
  const rest = Object.entries(settings).filter(([name]) => !malformed.has(name));
  const read = schema.partial().safeParse(Object.fromEntries(rest));
  const { SEALWRIGHT_MODE, ...others } = read.data ?? {};
  return malformed.has('SEALWRIGHT_MODE') || SEALWRIGHT_MODE === undefined
    ? others
    : { ...others, SEALWRIGHT_MODE };
}

function withDefaults(environment: Environment): Environment {
  const set = Object.fromEntries(
    Object.entries(environment).filter(([, value]) => value !== undefined && value !== ''),
  );
  const local = set['SEALWRIGHT_MODE'] === 'development' && set['PUBLIC_ORIGIN'] === undefined;
  return local ? { ...set, PUBLIC_ORIGIN: `http://localhost:${set['PORT'] ?? '3001'}` } : set;
}

function describeIssue(issue: z.core.$ZodIssue): string {
  const name = String(issue.path[0]);
  const [, index] = issue.path;
  const entry = typeof index === 'number' ? `entry ${index + 1} ` : '';
  const missing = issue.code === 'invalid_type' && issue.input === undefined;
  return `${name}: ${entry}${missing ? 'must be set' : issue.message}`;
}

/** A setting as the documentation describes it. */
export type SettingDescription = {
  readonly name: string;
  readonly description: string;
  /** Markdown, or empty if the setting has no default. */
  readonly defaultText: string;
};

/** Every setting with its description and default, for the documentation. */
export const SETTING_DESCRIPTIONS: readonly SettingDescription[] = Object.entries(schema.shape).map(
  ([name, setting]) => {
    const meta = z.object({ description: z.string(), defaultText: z.string().optional() });
    const { description, defaultText } = meta.parse(setting.meta());
    const constant = setting.safeParse(undefined);
    const text = constant.success && typeof constant.data !== 'object' ? constant.data : undefined;
    return {
      name,
      description,
      defaultText: defaultText ?? (text === undefined ? '' : `\`${String(text)}\``),
    };
  },
);

/** The names of all settings. */
export const SETTING_NAMES: readonly string[] = Object.keys(schema.shape);

/**
 * Settings that contain a secret. They are not attested, and come from outside the measured file.
 */
export const SECRET_SETTINGS: ReadonlySet<string> = new Set(['DATABASE_URL']);

const SWITCHES = new Set(['TINYCLOUD_BOOTSTRAP_ON_SIGN', 'KEY_EXPORT']);

/**
 * Returns the effective settings in the environment's spelling, with null for a setting that is not
 * set. The service's statement attests them, and the literals of the measured compose file must
 * equal them. Secrets are left out.
 */
export function describeConfig(config: Config): Readonly<Record<string, string | null>> {
  const values = new Map<string, unknown>(Object.entries(config));
  const spell = (name: string): string | null => {
    const value = values.get(name);
    if (value === undefined) return null;
    if (Array.isArray(value)) return value.length === 0 ? null : value.join(',');
    if (typeof value === 'string') return value;
    if (typeof value !== 'boolean') return JSON.stringify(value);
    const [yes, no] = SWITCHES.has(name) ? ['on', 'off'] : ['1', '0'];
    return value ? yes : no;
  };
  const attested = SETTING_NAMES.filter((name) => !SECRET_SETTINGS.has(name));
  return Object.fromEntries(attested.map((name) => [name, spell(name)]));
}
