/**
 * `channel.name`: whether the document came from the name that it attests. A relay in front of the service passes on a genuine
 * document, but under a name of its own, and whoever uses that name talks to the relay. The name says nothing about who ends TLS
 * under it.
 */
import { isLoopback } from '../loopback.js';
import type { Statement } from '../schema/statement.js';

const DEFAULT_PORTS: Readonly<Record<string, string>> = { 'http:': '80', 'https:': '443' };

const portOf = ({ port, protocol }: URL): string =>
  port === '' ? (DEFAULT_PORTS[protocol] ?? '') : port;

/** The origin that a statement attests; undefined where it names none. */
function findOrigin({ config }: Pick<Statement, 'config'>): URL | undefined {
  const text = config['PUBLIC_ORIGIN'];
  return typeof text === 'string' && URL.canParse(text) ? new URL(text) : undefined;
}

/**
 * Whether the URL that was asked has the host and port of the attested origin. On this machine its names for itself are one name. A
 * development service that takes any free port (PORT 0) does not know its port when it makes its statement, so there the names alone
 * are compared.
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

/** The host and port of the attested origin, for a report. */
export function attestedNameOf(statement: Pick<Statement, 'config'>): string {
  return findOrigin(statement)?.host ?? 'no origin';
}
