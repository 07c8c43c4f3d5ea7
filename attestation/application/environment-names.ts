/** Which names of environment values matter, and which may never come from outside. */

/**
 * Every setting of the service. Environment values are not measured, so each of them must be a literal of the measured
 * compose file; a test holds this list against the service's own schema.
 */
export const SERVICE_SETTINGS: readonly string[] = [
  'PORT',
  'HOST',
  'PUBLIC_ORIGIN',
  'APP_ORIGINS',
  'DATA_DIR',
  'STATE_INIT',
  'DATABASE_URL',
  'DSTACK_SIMULATOR_ENDPOINT',
  'SEALWRIGHT_MODE',
  'TINYCLOUD_BOOTSTRAP_HOST',
  'TINYCLOUD_NODE_DID',
  'TINYCLOUD_BOOTSTRAP_ON_SIGN',
  'TINYCLOUD_BOOTSTRAP_SYNC_BUDGET_MS',
  'TINYCLOUD_CHAIN_IDS',
  'KMS_ROOT_PUBLIC_KEY',
  'PCCS_URL',
  'DELEGATE_SIGN_DOMAINS',
  'TRUSTED_PROXY_HOPS',
  'CLIENT_ADDRESSES',
  'RATE_LIMITS',
  'METRICS_PORT',
  'LOG_LEVEL',
  'SECURITY_CONTACT',
  'SIGNER',
];

/** The one setting that may come from outside, towards `off` only: a deployment on fire can be stopped without an upgrade. */
export const KILL_SWITCH = 'TINYCLOUD_BOOTSTRAP_ON_SIGN';

/** An environment name as we write them: one spelling, so that no shell and no library sees another. */
export const ENVIRONMENT_NAME = /^[A-Z][A-Z0-9_]*$/;

// The decrypted values are the environment of the shell that runs compose: these replace what was measured, or redirect it.
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

/** Whether a name steers the shell, Docker, the loader, Node.js, proxies or dstack; in any case of letters. */
export function isSteeringName(name: string): boolean {
  return STEERING.some((pattern) => pattern.test(name.toUpperCase()));
}
