/**
 * Reads DATABASE_URL, which has the form of libpq:
 *
 *   postgres://USER:PASSWORD@HOST[:PORT][,HOST[:PORT]…]/DATABASE[?sslmode=…][&sslrootcert=FILE]
 *
 * A host that is percent-encoded and begins with a slash is the directory of a Unix socket. With
 * several hosts, the service uses the first one that accepts writes. Nothing is read from `PG*`
 * variables.
 *
 * | sslmode       | connection                                                                |
 * | ------------- | ------------------------------------------------------------------------- |
 * | `verify-full` | TLS; certificate and host name are verified. The default off this machine |
 * | `no-verify`   | TLS; the server is not verified                                           |
 * | `disable`     | no TLS. The default for loopback and Unix sockets                         |
 */
import { readFileSync } from 'node:fs';
import type { ConnectionOptions } from 'node:tls';
import { ServiceError } from '../../errors.js';
import { isLoopback } from '../../protocol/loopback.js';

/** An address of a database server. */
export type DatabaseHost = {
  readonly host: string;
  readonly port: number;
  readonly ssl: ConnectionOptions | false;
};

/** What DATABASE_URL states. */
export type DatabaseAddress = {
  readonly user: string;
  readonly password: string;
  readonly database: string;
  readonly hosts: readonly DatabaseHost[];
};

const FORM = /^postgres(?:ql)?:\/\/([^:@/]+)(?::([^@/]*))?@([^/?#]+)\/([^/?#]+)(?:\?([^#]*))?$/;
const HOST = /^(\[[0-9a-fA-F:.]+\]|[^:[\]@]+)(?::([0-9]{1,5}))?$/;
const MODES = new Set(['verify-full', 'no-verify', 'disable']);
const PARAMETERS = new Set(['sslmode', 'sslrootcert', 'target_session_attrs']);
const STANDARD_PORT = 5_432;

/** The reason contains no part of the URL, because the URL contains a password. */
const invalid = (reason: string, cause?: unknown): ServiceError =>
  new ServiceError('ERR_DATABASE_URL', { cause, detail: { reason } });

/** Parses DATABASE_URL. Throws ERR_DATABASE_URL with a reason that contains no part of it. */
export function parseDatabaseUrl(
  url: string,
  readText: (path: string) => string = (path) => readFileSync(path, 'utf8'),
): DatabaseAddress {
  const [, user, password = '', hosts = '', database, query = ''] = FORM.exec(url) ?? [];
  if (user === undefined || database === undefined) {
    throw invalid('is not postgres://USER:PASSWORD@HOST/DATABASE');
  }
  const parameters = readParameters(query);
  const ca = readCertificates(parameters.get('sslrootcert'), readText);
  return {
    user: decode(user),
    password: decode(password),
    database: decode(database),
    hosts: hosts.split(',').map((text) => readHost(text, parameters.get('sslmode'), ca)),
  };
}

function readParameters(query: string): URLSearchParams {
  const parameters = new URLSearchParams(query);
  for (const name of parameters.keys()) {
    if (!PARAMETERS.has(name)) throw invalid('has an unknown parameter');
  }
  const mode = parameters.get('sslmode');
  if (mode !== null && !MODES.has(mode)) {
    throw invalid('sslmode must be verify-full, no-verify or disable');
  }
  // The store never uses a server that accepts no writes, whatever this parameter says.
  const target = parameters.get('target_session_attrs') ?? 'read-write';
  if (target !== 'read-write') throw invalid('target_session_attrs must be read-write');
  return parameters;
}

function readHost(text: string, mode: string | null, ca: string | undefined): DatabaseHost {
  const [, name, port] = HOST.exec(text) ?? [];
  const number = port === undefined ? STANDARD_PORT : Number(port);
  if (name === undefined || number > 65_535) throw invalid('has an invalid host or port');
  const host = decode(name).replace(/^\[(.*)\]$/, '$1');
  const isNear = host.startsWith('/') || isLoopback(host);
  switch (mode ?? (isNear ? 'disable' : 'verify-full')) {
    case 'disable':
      return { host, port: number, ssl: false };
    case 'no-verify':
      return { host, port: number, ssl: { rejectUnauthorized: false } };
    default: {
      const roots = ca === undefined ? {} : { ca };
      return { host, port: number, ssl: { rejectUnauthorized: true, ...roots } };
    }
  }
}

function readCertificates(
  path: string | null,
  readText: (path: string) => string,
): string | undefined {
  if (path === null) return undefined;
  try {
    return readText(path);
  } catch (cause) {
    throw invalid('the file of sslrootcert cannot be read', cause);
  }
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch (cause) {
    throw invalid('is not percent-encoded correctly', cause);
  }
}
