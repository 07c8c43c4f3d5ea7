/**
 * Says why a connection gave no answer or a file was not read or written, in words where the code
 * alone does not tell what to do.
 */

const UNKNOWN_AUTHORITY = 'its certificate is not from an authority that this system trusts';
const NO_TLS_1_3 = 'it does not speak TLS 1.3';

/** By the code of Node.js, the number of OpenSSL, or the name of an error without a code. */
const REASONS: ReadonlyMap<unknown, string> = new Map([
  ['ENOENT', 'it does not exist'],
  ['EEXIST', 'it exists already'],
  ['EACCES', 'you have no permission'],
  ['EISDIR', 'it is a directory'],
  ['ENOTDIR', 'a part of its path is not a directory'],
  ['ENOSPC', 'there is no space left'],
  ['EROFS', 'the file system is read-only'],
  ['ECONNREFUSED', 'nothing listens there'],
  ['ENOTFOUND', 'the name does not exist'],
  ['TimeoutError', 'it took too long'],
  ['StrictJsonError', 'its answer is not JSON'],
  ['CERT_HAS_EXPIRED', 'its certificate has expired'],
  ['ERR_TLS_CERT_ALTNAME_INVALID', 'its certificate is for another name'],
  ['DEPTH_ZERO_SELF_SIGNED_CERT', UNKNOWN_AUTHORITY],
  ['SELF_SIGNED_CERT_IN_CHAIN', UNKNOWN_AUTHORITY],
  ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', UNKNOWN_AUTHORITY],
  ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', UNKNOWN_AUTHORITY],
  // Numbers of OpenSSL: an alert about the version, an unsupported version, and two of other bytes.
  ['0A00042E', NO_TLS_1_3],
  ['0A000102', NO_TLS_1_3],
  ['0A00010B', 'it does not speak TLS'],
  ['0A0000C6', 'it does not speak TLS'],
]);

/** Returns the reason, or the code of the error, or undefined if neither is known. */
export function reasonOf(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  const code = codeOf(error);
  const said = REASONS.get(code) ?? REASONS.get(error.name);
  if (said !== undefined) return said;
  // Errors of `fetch` have their reason in the cause.
  if (error.cause !== undefined) return reasonOf(error.cause);
  return code ?? (error instanceof TypeError ? error.message : undefined);
}

/** Returns whether a connection failed because its certificate is from an unknown authority. */
export const isUnknownAuthority = (error: unknown): boolean =>
  reasonOf(error) === UNKNOWN_AUTHORITY;

/** Returns what failed, with the reason if it is known. */
export function withReason(failure: string, error: unknown): string {
  const reason = reasonOf(error);
  return reason === undefined ? failure : `${failure}: ${reason}`;
}

/** Returns the message of an error, with what its cause says: `fetch` says there what happened. */
export function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { message, cause } = error;
  const reason = reasonOf(cause) ?? (cause instanceof Error ? cause.message : undefined);
  return reason === undefined ? message : `${message}: ${reason}`;
}

/**
 * Returns what the system said behind a failure, with its path or address, or undefined if no
 * system error caused it.
 */
export function systemReasonOf(error: unknown): string | undefined {
  const cause = error instanceof Error ? error.cause : undefined;
  if (!(cause instanceof Error)) return undefined;
  if (!('syscall' in cause)) return systemReasonOf(cause);
  const { path, hostname, address, port } = cause as NodeJS.ErrnoException & Address;
  const place = path ?? hostname ?? (address === undefined ? undefined : `${address}:${port}`);
  return [place, reasonOf(cause)].filter((each) => each !== undefined).join(': ');
}

type Address = {
  readonly hostname?: string;
  readonly address?: string;
  readonly port?: number;
};

/** An error of TLS has the number of OpenSSL in its message only. */
function codeOf(error: Error): string | undefined {
  const [, number] = /:error:([0-9A-F]{8}):/.exec(error.message) ?? [];
  if (number !== undefined) return number;
  return 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}
