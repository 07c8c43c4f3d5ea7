/**
 * What `deployment check` sees beside the document: whether the connection is bound to the
 * evidence, and whose address the service sees. Both depend on the gateway, which no rendered file
 * decides.
 */
import { readMeasuredSettings } from '../../attestation/application/measured-settings.js';
import { parseBundle } from '../../attestation/bundle.js';
import { isBoundTo } from '../../attestation/channel/judge-channel.js';
import { EvidenceError } from '../../attestation/check.js';
import { fetchFrom } from '../../attestation/command/ask-service.js';
import type { SeenService } from '../../attestation/command/see-service.js';
import { parseStatement } from '../../attestation/schema/statement.js';
import type { ClientAddress } from '../api/health.js';
import type { Comparison } from './compare-deployment.js';

const LIMITS = { deadlineMs: 10_000, maxBytes: 64 * 1024 };

/** Returns whether the evidence covers the connection over which it came. */
export function describeChannel({ text, sight }: SeenService): Comparison {
  try {
    const { document } = parseBundle(text);
    if (document === undefined) return { holds: false, line: 'channel: there is no statement' };
    const statement = parseStatement(document.statement);
    if (isBoundTo(sight, statement, document)) {
      return { holds: true, line: 'channel: bound, the hardware signed this TLS connection' };
    }
    return statement.tls === undefined
      ? { holds: true, line: 'channel: not bound, a gateway ends TLS and can read it' }
      : { holds: false, line: 'channel: not bound, although the service ends TLS itself' };
  } catch (error) {
    if (!(error instanceof EvidenceError)) throw error;
    return { holds: false, line: `channel: the document cannot be read: ${error.reason}` };
  }
}

/** Returns what a client's limits depend on. Undefined: the service does not say it. */
export function describeAddress(seen: ClientAddress | undefined, local: string): Comparison {
  const { CLIENT_ADDRESSES: counted } = Object.fromEntries(readMeasuredSettings(local));
  const isCounted = counted?.kind === 'literal' && counted.value === 'socket';
  switch (seen) {
    case 'own':
      return {
        holds: true,
        line: isCounted
          ? 'addresses: the service sees an address of this client, and counts it'
          : 'addresses: the service sees an address of this client, and CLIENT_ADDRESSES ignores it',
      };
    case 'gateway':
      return {
        holds: !isCounted,
        line: isCounted
          ? 'addresses: the service sees the gateway, so all clients share its limits'
          : 'addresses: the service sees the gateway, and counts no address',
      };
    case 'machine':
      return { holds: true, line: 'addresses: asked from the machine itself, so nothing is known' };
    default:
      return { holds: true, line: 'addresses: the service does not say whose it sees' };
  }
}

const KNOWN: ReadonlySet<unknown> = new Set<ClientAddress>(['own', 'gateway', 'machine']);
const isKnown = (value: unknown): value is ClientAddress => KNOWN.has(value);

async function askAddress(
  url: string,
  authority: string | undefined,
): Promise<ClientAddress | undefined> {
  try {
    const answer = await fetchFrom(new URL('/readyz', url), { ...LIMITS, authority });
    const body: unknown = JSON.parse(Buffer.from(answer.body).toString('utf8'));
    const isFields = typeof body === 'object' && body !== null && 'clientAddress' in body;
    return isFields && isKnown(body.clientAddress) ? body.clientAddress : undefined;
  } catch {
    // The document came from there a moment ago. What it says of itself decides nothing.
    return undefined;
  }
}

/** Returns both. `local` is the rendered app-compose file. */
export async function seenFromHere(
  seen: SeenService,
  local: string,
  authority: string | undefined,
): Promise<readonly Comparison[]> {
  const address = await askAddress(seen.sight.url, authority);
  return [describeChannel(seen), describeAddress(address, local)];
}
