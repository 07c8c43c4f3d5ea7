import { SealwrightError } from './sealwright-error.js';

/** Codes of EIP-1193, EIP-3326 and EIP-1474, for errors that these documents describe. */
export const PROVIDER_CODES = {
  rejected: 4001,
  unauthorized: 4100,
  unsupported: 4200,
  disconnected: 4900,
  unknownChain: 4902,
  invalidInput: -32000,
  pending: -32002,
  limitExceeded: -32005,
  invalidParams: -32602,
  internal: -32603,
} as const;

const CODE_OF: ReadonlyMap<string, number> = new Map([
  ['ERR_USER_REJECTED', PROVIDER_CODES.rejected],
  ['ERR_PASSKEY_CANCELED', PROVIDER_CODES.rejected],
  ['ERR_WALLET_CANCELED', PROVIDER_CODES.rejected],
  ['ERR_NOT_CONNECTED', PROVIDER_CODES.unauthorized],
  ['ERR_ADDRESS_UNKNOWN', PROVIDER_CODES.unauthorized],
  ['ERR_HELLO_ORIGIN', PROVIDER_CODES.unauthorized],
  ['ERR_TYPED_DATA', PROVIDER_CODES.unsupported],
  ['ERR_METHOD_UNKNOWN', PROVIDER_CODES.unsupported],
  ['ERR_PASSKEY_UNSUPPORTED', PROVIDER_CODES.unsupported],
  ['ERR_HANDSHAKE_TIMEOUT', PROVIDER_CODES.disconnected],
  ['ERR_WIDGET_GONE', PROVIDER_CODES.disconnected],
  ['ERR_OPENER_POLICY', PROVIDER_CODES.disconnected],
  ['ERR_POPUP_BLOCKED', PROVIDER_CODES.disconnected],
  ['ERR_SERVICE_UNREACHABLE', PROVIDER_CODES.disconnected],
  ['ERR_CHAIN_UNKNOWN', PROVIDER_CODES.unknownChain],
  ['ERR_REQUEST_OPEN', PROVIDER_CODES.pending],
  ['ERR_MESSAGE_MALFORMED', PROVIDER_CODES.invalidParams],
  ['ERR_MESSAGE_TOO_LARGE', PROVIDER_CODES.invalidParams],
  ['ERR_RATE_LIMITED', PROVIDER_CODES.limitExceeded],
  ['ERR_REVIEW_LIMIT', PROVIDER_CODES.limitExceeded],
]);

/** Refusals of what the app composed. The sentence of the service says what to change. */
const REFUSED_INPUT = /^ERR_(?:REVIEW|POLICY|MESSAGE|SIWE|RECAP|KEY)_/;

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

function codeOf(ours: string): number {
  const known = CODE_OF.get(ours);
  if (known !== undefined) return known;
  return REFUSED_INPUT.test(ours) ? PROVIDER_CODES.invalidInput : PROVIDER_CODES.internal;
}

/** Converts any error to a ProviderError. */
export function toProviderError(error: unknown): ProviderError {
  if (error instanceof ProviderError) return error;
  if (!(error instanceof SealwrightError)) {
    return new ProviderError(PROVIDER_CODES.internal, 'Something went wrong.', 'ERR_INTERNAL');
  }
  return new ProviderError(codeOf(error.code), error.message, error.code);
}
