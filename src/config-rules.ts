/**
 * Checks the settings that depend on others: what production requires, and what only development
 * allows.
 */
import { isLoopback } from './protocol/loopback.js';

/** The settings that the rules read. A setting that is missing or malformed is undefined. */
export type JudgedSettings = {
  readonly SEALWRIGHT_MODE?: 'production' | 'development' | undefined;
  readonly APP_ORIGINS?: readonly string[] | undefined;
  readonly HOST?: string | undefined;
  readonly DATA_DIR?: string | undefined;
  readonly DATABASE_URL?: string | undefined;
  readonly PUBLIC_ORIGIN?: string | undefined;
  readonly TINYCLOUD_BOOTSTRAP_HOST?: string | undefined;
  readonly ETHEREUM_RPC?: string | undefined;
  readonly TINYCLOUD_NODE_DID?: string | undefined;
  readonly KMS_ROOT_PUBLIC_KEY?: string | undefined;
  readonly DSTACK_SIMULATOR_ENDPOINT?: string | undefined;
  readonly CLIENT_ADDRESSES?: 'socket' | 'shared' | undefined;
  readonly PROXY_PROTOCOL?: 'off' | 'v2' | undefined;
  readonly TRUSTED_PROXY_HOPS?: number | undefined;
  readonly TLS_MODE?: 'off' | 'files' | 'acme' | undefined;
  readonly ACME_CA_FILE?: string | undefined;
  readonly TLS_CERTIFICATE_FILE?: string | undefined;
  readonly TLS_KEY_FILE?: string | undefined;
};

/**
 * A host name (letters, digits, hyphens, dots), an IPv4 address, or an IPv6 address in brackets.
 */
const HOST_NAME =
  /^(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*|\[[0-9a-f:.]+\])$/;

/**
 * Checks the origins that may embed the widget: plain host names, https in production, and nothing
 * with another meaning in a policy header.
 */
function problemsOfApps({ APP_ORIGINS = [], SEALWRIGHT_MODE }: JudgedSettings): readonly string[] {
  return APP_ORIGINS.flatMap((text, index) => {
    const url = new URL(text);
    const isSafe = url.protocol === 'https:' || isLoopback(url.hostname);
    const problems = [
      ...(HOST_NAME.test(url.hostname) ? [] : ['must name a host without wildcards']),
      ...(isSafe || SEALWRIGHT_MODE === 'development' ? [] : ['must be https in production']),
    ];
    return problems.map((problem) => `APP_ORIGINS: entry ${index + 1} ${problem}`);
  });
}

const isHttps = (origin: string): boolean => new URL(origin).protocol === 'https:';

function problemsOfDevelopment({ HOST, TINYCLOUD_BOOTSTRAP_HOST: node }: JudgedSettings) {
  const nodeIsSafe = node === undefined || isHttps(node) || isLoopback(new URL(node).hostname);
  return [
    ...(HOST === undefined || isLoopback(HOST) ? [] : ['HOST: must be loopback in development']),
    ...(nodeIsSafe ? [] : ['TINYCLOUD_BOOTSTRAP_HOST: must be https, or loopback in development']),
  ];
}

// Without the KMS root, any KMS could have issued the key.
const REQUIRED = ['TINYCLOUD_NODE_DID', 'KMS_ROOT_PUBLIC_KEY'] as const;
const HTTPS = ['PUBLIC_ORIGIN', 'TINYCLOUD_BOOTSTRAP_HOST', 'ETHEREUM_RPC'] as const;

function problemsOfProduction(settings: JudgedSettings, malformed: ReadonlySet<string>) {
  return [
    ...HTTPS.filter((name) => !isHttps(settings[name] ?? 'https://unset')).map(
      (name) => `${name}: must be https in production`,
    ),
    ...REQUIRED.filter((name) => settings[name] === undefined && !malformed.has(name)).map(
      (name) => `${name}: must be set in production`,
    ),
    ...(settings.DSTACK_SIMULATOR_ENDPOINT === undefined
      ? []
      : ['DSTACK_SIMULATOR_ENDPOINT: a simulator is for SEALWRIGHT_MODE=development only']),
    ...(settings.ACME_CA_FILE === undefined
      ? []
      : ['ACME_CA_FILE: the file is not measured, so it is for SEALWRIGHT_MODE=development only']),
  ];
}

/** With a header for each connection, no other setting may say where client addresses come from. */
function problemsOfAddresses(settings: JudgedSettings): readonly string[] {
  if (settings.PROXY_PROTOCOL !== 'v2') return [];
  return [
    ...(settings.CLIENT_ADDRESSES === 'shared'
      ? ['CLIENT_ADDRESSES: must be socket, because PROXY_PROTOCOL names each client']
      : []),
    ...((settings.TRUSTED_PROXY_HOPS ?? 0) > 0
      ? ['TRUSTED_PROXY_HOPS: must be 0, because PROXY_PROTOCOL names each client']
      : []),
  ];
}

const TLS_FILES = ['TLS_CERTIFICATE_FILE', 'TLS_KEY_FILE'] as const;

/** An authority certifies names of the DNS, and asks for them at the standard port. */
function problemsOfAcme({ PUBLIC_ORIGIN }: JudgedSettings): readonly string[] {
  const { protocol, hostname } = new URL(PUBLIC_ORIGIN ?? 'https://unset.example');
  const isName = protocol === 'https:' && /^(?=.*[a-z]).+\..+$/.test(hostname);
  return isName ? [] : ['PUBLIC_ORIGIN: must be https with a domain name for TLS_MODE=acme'];
}

function problemsOfTls(settings: JudgedSettings): readonly string[] {
  if (settings.TLS_MODE === 'acme') return problemsOfAcme(settings);
  if (settings.TLS_MODE !== 'files') return [];
  return TLS_FILES.filter((name) => settings[name] === undefined).map(
    (name) => `${name}: must be set with TLS_MODE=files`,
  );
}

/** The state is in one place: an address from outside must not replace a measured directory. */
function problemsOfState(
  { DATA_DIR, DATABASE_URL }: JudgedSettings,
  malformed: ReadonlySet<string>,
): readonly string[] {
  if (malformed.has('DATA_DIR') || malformed.has('DATABASE_URL')) return [];
  if (DATA_DIR !== undefined && DATABASE_URL !== undefined) {
    return ['DATABASE_URL: must not be set together with DATA_DIR'];
  }
  const isMissing = DATA_DIR === undefined && DATABASE_URL === undefined;
  return isMissing ? ['DATA_DIR: must be set, or DATABASE_URL'] : [];
}

/**
 * Returns the problems of settings that depend on others, each as `NAME: problem`, or none if the
 * mode itself is malformed.
 */
export function problemsOfMode(
  settings: JudgedSettings,
  malformed: ReadonlySet<string>,
): readonly string[] {
  if (settings.SEALWRIGHT_MODE === undefined) return [];
  return [
    ...problemsOfApps(settings),
    ...problemsOfAddresses(settings),
    ...problemsOfTls(settings),
    ...problemsOfState(settings, malformed),
    ...(settings.SEALWRIGHT_MODE === 'development'
      ? problemsOfDevelopment(settings)
      : problemsOfProduction(settings, malformed)),
  ];
}
