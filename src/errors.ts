/**
 * The one error class and the table of its codes.
 *
 * A code is interface: callers match on it, texts may change. The table holds the HTTP status, whether the same request
 * may be sent again, and the only sentence a caller sees. What an operator needs goes into `detail` (never a secret).
 * `TypeError` is a bug of our own; `ServiceError` is the world.
 */

type ErrorEntry = {
  readonly status: number;
  readonly retryable: boolean;
  readonly sentence: string;
};

const entry = (status: number, sentence: string, retryable = false): ErrorEntry => ({
  status,
  retryable,
  sentence,
});

export const ERROR_TABLE = {
  // formats
  ERR_BASE64URL_INVALID: entry(400, 'The text is not canonical base64url.'),
  ERR_ADDRESS_INVALID: entry(400, 'The address is not a checksummed Ethereum address.'),
  ERR_DID_INVALID: entry(400, 'The DID is not well formed.'),
  ERR_CID_INVALID: entry(400, 'The CID is not well formed.'),
  ERR_SPACE_ID_INVALID: entry(400, 'The space id is not well formed.'),
  ERR_NETWORK_ID_INVALID: entry(400, 'The encryption network id is not well formed.'),
  ERR_RESOURCE_INVALID: entry(400, 'The resource is not well formed.'),
  ERR_ABILITY_INVALID: entry(400, 'The ability is not well formed.'),
  ERR_SIWE_INVALID: entry(400, 'The message is not a well-formed sign-in request (EIP-4361).'),
  ERR_RECAP_INVALID: entry(400, 'The capabilities of the request are not well formed.'),
  ERR_RECAP_STATEMENT: entry(400, 'The statement does not say what the capabilities grant.'),
  ERR_CACAO_INVALID: entry(400, 'The delegation is not well formed.'),
  ERR_UCAN_INVALID: entry(400, 'The invocation is not well formed.'),
  ERR_ENVELOPE_INVALID: entry(500, 'Sealed state can not be opened.'),
  ERR_CANONICAL_JSON: entry(400, 'The value has no canonical JSON form.'),
} as const satisfies Record<string, ErrorEntry>;

export type ErrorCode = keyof typeof ERROR_TABLE;

/** An error with a stable code; `message` is the public sentence, `detail` is for logs. */
export class ServiceError extends Error {
  readonly code: ErrorCode;
  readonly detail: Readonly<Record<string, unknown>>;

  constructor(
    code: ErrorCode,
    options: {
      readonly cause?: unknown;
      readonly detail?: Readonly<Record<string, unknown>>;
    } = {},
  ) {
    super(ERROR_TABLE[code].sentence, options.cause === undefined ? {} : { cause: options.cause });
    this.name = 'ServiceError';
    this.code = code;
    this.detail = options.detail ?? {};
  }

  get status(): number {
    return ERROR_TABLE[this.code].status;
  }

  get retryable(): boolean {
    return ERROR_TABLE[this.code].retryable;
  }
}

/** The code of a ServiceError, undefined for anything else. */
export function errorCodeOf(error: unknown): ErrorCode | undefined {
  return error instanceof ServiceError ? error.code : undefined;
}
