/**
 * Lints `port_policy`, by which dstack's gateway decides to which ports it forwards, and whether it
 * sends the client's address first (PROXY protocol). Gateways that are too old ignore it.
 */
import { z } from 'zod';
import { matchSchema } from '../schema/match-schema.js';
import type { AppCompose } from './app-compose.js';
import { finding, type LintFinding } from './lint-rules.js';
import type { ComposeValue } from './lint-yaml.js';
import { findOurService, literalOf } from './our-service.js';

const schema = z.strictObject({
  ports: z.tuple([z.strictObject({ port: z.number().int(), pp: z.boolean().optional() })]),
  restrict_mode: z.literal(true),
});

/** What the compose file says about the only published port. */
type Published = {
  /** The port of the machine, as text. */
  readonly port: string;
  /** Whether the service expects a header of the PROXY protocol. */
  readonly expectsHeader: boolean;
};

function readPublished(text: string): Published | undefined {
  const service = findOurService(text);
  if (service === undefined) return undefined;
  const mode = literalOf(service, 'PROXY_PROTOCOL');
  const ports = service.get('ports');
  const [first] = Array.isArray(ports) ? (ports as readonly ComposeValue[]) : [];
  const [port = ''] = typeof first === 'string' ? first.split(':') : [];
  return { port, expectsHeader: mode !== '' && mode !== 'off' };
}

/** Returns the finding of the member, which has to fit the compose file beside it. */
export function findingsOfPortPolicy({
  port_policy: policy,
  docker_compose_file: compose,
}: AppCompose): readonly LintFinding[] {
  const published = readPublished(compose);
  const wrong = [finding('app-compose-port-policy', 'port_policy')];
  // Without a service of ours, other rules reject the file.
  if (policy === undefined) return published?.expectsHeader === true ? wrong : [];
  const parsed = matchSchema(schema, policy);
  if (!parsed.success || published === undefined) return wrong;
  const [{ port, pp = false }] = parsed.data.ports;
  return String(port) === published.port && pp === published.expectsHeader ? [] : wrong;
}
