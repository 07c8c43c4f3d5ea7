import { SealwrightError } from './sealwright-error.js';

/** Codes of EIP-1193, and of JSON-RPC for errors that EIP-1193 does not define. */
export const PROVIDER_CODES = {
  rejected: 4001,
  unauthorized: 4100,
  unsupported: 4200,
  disconnected: 4900,
  invalidParams: -32602,
  internal: -32603,
  pending: -32002,
} as const;

const CODE_OF: ReadonlyMap<string, number> = new Map([
  ['ERR_USER_REJECTED', PROVIDER_CODES.rejected],
  ['ERR_NOT_CONNECTED', PROVIDER_CODES.unauthorized],
  ['ERR_ADDRESS_UNKNOWN', PROVIDER_CODES.unauthorized],
  ['ERR_HELLO_ORIGIN', PROVIDER_CODES.unauthorized],
  ['ERR_TYPED_DATA', PROVIDER_CODES.unsupported],
  ['ERR_METHOD_UNKNOWN', PROVIDER_CODES.unsupported],
  ['ERR_HANDSHAKE_TIMEOUT', PROVIDER_CODES.disconnected],
  ['ERR_WIDGET_GONE', PROVIDER_CODES.disconnected],
  ['ERR_SERVICE_UNREACHABLE', PROVIDER_CODES.disconnected],
  ['ERR_REQUEST_OPEN', PROVIDER_CODES.pending],
]);

/** An error in the form of EIP-1193. `data.code` is our own code. */
export class ProviderError extends Error {
  readonly code: number;
  readonly data: { readonly code: string };
  /** The message again, which is where viem looks for it. */
  readonly details: string;

  constructor(code: number, message: string, ours: string) {
    super(message);
    this.name = 'ProviderError';
    this.code = code;
    this.data = { code: ours };
    this.details = message;
  }
}

/** Converts any error to a ProviderError. */
export function toProviderError(error: unknown): ProviderError {
  if (error instanceof ProviderError) return error;
  if (!(error instanceof SealwrightError)) {
    return new ProviderError(PROVIDER_CODES.internal, 'Something went wrong.', 'ERR_INTERNAL');
  }
  const code = CODE_OF.get(error.code) ?? PROVIDER_CODES.internal;
  return new ProviderError(code, error.message, error.code);
}
