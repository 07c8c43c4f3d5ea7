/**
 * `compose.lint`: checks that the measured file leaves no choice to the host.
 *
 * The lint is an allow-list of keys and forms of values. A file that passes confines the container
 * and measures its settings. The lint does not judge what the image does.
 */
import { parseAppCompose } from './app-compose.js';
import { isSteeringName } from './environment-names.js';
import { findingsOfAppCompose, type LintPolicy } from './lint-app-compose.js';
import { lintCompose } from './lint-compose.js';
import { findingsOfTlsMode } from './lint-tls-mode.js';
import { finding, type LintFinding } from './lint-rules.js';

/**
 * Lints exactly the bytes that were measured. The file passes if the result is empty. Never throws
 * for untrusted bytes.
 */
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
    ...findingsOfTlsMode(appCompose, policy.tlsModes),
  ];
}
