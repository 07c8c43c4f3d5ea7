/** Names of environment values: which ones matter, and which must never come from outside. */

/**
 * Every setting of the service. Environment values are not measured, so each setting must be a
 * literal of the measured compose file. A test compares this list with the schema of the service.
 */
export const SERVICE_SETTINGS: readonly string[] = [
  'PORT',
  'HOST',
  'PUBLIC_ORIGIN',
  'APP_ORIGINS',
  'DATA_DIR',
  'STATE_INIT',
  'STATE_RESTORED',
  'DSTACK_SIMULATOR_ENDPOINT',
  'SEALWRIGHT_MODE',
  'TINYCLOUD_BOOTSTRAP_HOST',
  'TINYCLOUD_NODE_DID',
  'TINYCLOUD_BOOTSTRAP_ON_SIGN',
  'KEY_EXPORT',
  'TINYCLOUD_BOOTSTRAP_SYNC_BUDGET_MS',
  'TINYCLOUD_BOOTSTRAP_NODE_BUDGET',
  'TINYCLOUD_CHAIN_IDS',
  'KMS_ROOT_PUBLIC_KEY',
  'PCCS_URL',
  'DELEGATE_SIGN_DOMAINS',
  'TRUSTED_PROXY_HOPS',
  'CLIENT_ADDRESSES',
  'PROXY_PROTOCOL',
  'ETHEREUM_RPC',
  'TLS_MODE',
  'ACME_DIRECTORY',
  'ACME_CONTACT',
  'ACME_CA_FILE',
  'TLS_CERTIFICATE_FILE',
  'TLS_KEY_FILE',
  'RATE_LIMITS',
  'METRICS_PORT',
  'LOG_LEVEL',
  'SECURITY_CONTACT',
  'SIGNER',
];

/**
 * The only measured setting that may come from outside, and only as `off`, so that a deployment can
 * be stopped in an emergency without an upgrade.
 */
export const KILL_SWITCH = 'TINYCLOUD_BOOTSTRAP_ON_SIGN';

/**
 * The address of a shared database. It contains a password, so it comes from outside. A policy
 * lists it among its allowed names only for a deployment on such a database.
 */
export const DATABASE_ADDRESS = 'DATABASE_URL';

/**
 * The form of an environment name, in upper case only, so that no shell or library sees another
 * name.
 */
export const ENVIRONMENT_NAME = /^[A-Z][A-Z0-9_]*$/;

// The decrypted values become the environment of the shell that runs compose. These names would
// replace or redirect what was measured.
const STEERING = [
  /^COMPOSE_/,
  /^APP_COMPOSE_FILE$/,
  /^DOCKER_/,
  /^BUILDKIT_/,
  /^BUILDX_/,
  /^PATH$/,
  /^HOME$/,
  /^XDG_/,
  /^TMPDIR$/,
  /^BASH_/,
  /^(?:ENV|IFS|PS4|SHELL|SHELLOPTS|BASHOPTS|CDPATH|GLOBIGNORE)$/,
  /^LD_/,
  /^GCONV_PATH$/,
  /^(?:GODEBUG|GOTRACEBACK)$/,
  /^NODE_/,
  /_PROXY$/,
  /^SSL_CERT_/,
  /^OPENSSL_/,
  /^DSTACK_/,
];

/**
 * Returns whether a name controls the shell, Docker, the loader, Node.js, proxies or dstack, in any
 * letter case.
 */
export function isSteeringName(name: string): boolean {
  return STEERING.some((pattern) => pattern.test(name.toUpperCase()));
}
