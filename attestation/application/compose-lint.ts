/**
 * `compose.lint`: is the measured file one that leaves the host nothing to choose?
 *
 * An allow-list of keys and value shapes. That a file passes says how the container is confined and that its settings are
 * measured; it does not say what the image does.
 */
import { parseAppCompose } from './app-compose.js';
import { isSteeringName } from './environment-names.js';
import { findingsOfAppCompose, type LintPolicy } from './lint-app-compose.js';
import { lintCompose } from './lint-compose.js';
import { finding, type LintFinding } from './lint-rules.js';

/** Lints the very bytes that were measured. Empty: the file passes. Never throws for bytes from outside. */
export function lintAppCompose(bytes: Uint8Array, policy: LintPolicy): readonly LintFinding[] {
  const { appCompose, findings } = parseAppCompose(bytes);
  if (appCompose === undefined) return findings;
  const isAscii = bytes.every((byte) => byte === 0x0a || (byte >= 0x20 && byte <= 0x7e));
  const listed = new Set(appCompose.allowed_envs);
  const fromOutside = policy.allowedEnvs.filter(
    (name) => listed.has(name) && !isSteeringName(name),
  );
  return [
    ...findings,
    ...(isAscii ? [] : [finding('app-compose-ascii', '')]),
    ...findingsOfAppCompose(appCompose, policy),
    ...lintCompose(appCompose.docker_compose_file, new Set(fromOutside)),
  ];
}
