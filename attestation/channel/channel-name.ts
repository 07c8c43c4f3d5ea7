/**
 * `channel.name`: whether the document came from the name that it attests. A relay in front of the
 * service can pass on a genuine document, but under a name of its own, and clients that use that
 * name talk to the relay. The name does not show who terminates TLS under it.
 */
import { isLoopback } from '../loopback.js';
import type { Statement } from '../schema/statement.js';

const DEFAULT_PORTS: Readonly<Record<string, string>> = { 'http:': '80', 'https:': '443' };

const portOf = ({ port, protocol }: URL): string =>
  port === '' ? (DEFAULT_PORTS[protocol] ?? '') : port;

/** Returns the origin that a statement attests, or undefined if it has none. */
function findOrigin({ config }: Pick<Statement, 'config'>): URL | undefined {
  const text = config['PUBLIC_ORIGIN'];
  return typeof text === 'string' && URL.canParse(text) ? new URL(text) : undefined;
}

/**
 * Returns whether the requested URL has the host and port of the attested origin. All names of the
 * local machine are equivalent. A development service that takes any free port (PORT 0) does not
 * know its port when it makes the statement, so only the names are compared.
 */
export function isAttestedName(asked: URL, statement: Pick<Statement, 'config'>): boolean {
  const origin = findOrigin(statement);
  if (origin === undefined) return false;
  const { config } = statement;
  if (!isLoopback(asked.hostname) || !isLoopback(origin.hostname)) {
    return asked.hostname === origin.hostname && portOf(asked) === portOf(origin);
  }
  const takesAnyPort = config['SEALWRIGHT_MODE'] === 'development' && config['PORT'] === '0';
  return takesAnyPort || portOf(asked) === portOf(origin);
}

/** Returns the host and port of the attested origin for a report. */
export function attestedNameOf(statement: Pick<Statement, 'config'>): string {
  return findOrigin(statement)?.host ?? 'no origin';
}
