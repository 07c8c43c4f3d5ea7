/**
 * Lints `TLS_MODE`: whether the service ends TLS itself, and where the key of its certificate comes
 * from. Only a policy can say what it must be.
 */
import type { TlsMode } from '../policy/policy.js';
import type { AppCompose } from './app-compose.js';
import { finding, type LintFinding } from './lint-rules.js';
import { findOurService, literalOf } from './our-service.js';

/**
 * Returns the finding of a mode that the policy does not accept. The default of the code is `off`.
 */
export function findingsOfTlsMode(
  { docker_compose_file: compose }: AppCompose,
  accepted: readonly TlsMode[] | undefined,
): readonly LintFinding[] {
  const service = findOurService(compose);
  if (accepted === undefined || service === undefined) return [];
  const mode = literalOf(service, 'TLS_MODE') || 'off';
  const modes: readonly string[] = accepted;
  return modes.includes(mode) ? [] : [finding('setting-tls-mode', 'TLS_MODE')];
}
