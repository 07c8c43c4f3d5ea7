/**
 * Converts untrusted messages to typed ones. The result is undefined for any message that is not
 * exactly of its type.
 */
import type { WireError } from './error-codes.js';
import {
  HELLO,
  MAX_MESSAGE_BYTES,
  type AccountProgress,
  type Connected,
  type ConnectParams,
  type Hello,
  type Layout,
  type Signed,
  type SignParams,
  type TinyCloudBootstrap,
  type WidgetMessage,
  type WidgetRequest,
} from './protocol.js';

type Fields = { readonly [name: string]: unknown };

/** Returns whether a value is an object with members. */
export const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isWhole = (value: unknown): value is number => Number.isSafeInteger(value);
const isPositive = (value: unknown): value is number => isWhole(value) && value > 0;
const isText = (value: unknown): value is string => typeof value === 'string';
const isOneOf = <T extends string>(value: unknown, all: readonly T[]): value is T =>
  all.some((each) => each === value);

/** Returns whether a message is within the size limit. A value that is not JSON is not. */
export function isWithinLimit(message: unknown): boolean {
  try {
    const json: string | undefined = JSON.stringify(message);
    // The character count is compared first, so that a text that is too long is not encoded.
    if (json === undefined || json.length > MAX_MESSAGE_BYTES) return false;
    return new TextEncoder().encode(json).length <= MAX_MESSAGE_BYTES;
  } catch {
    return false;
  }
}

/** Returns a greeting. */
export function readHello(data: unknown): Hello | undefined {
  if (!isFields(data) || data['type'] !== HELLO || !isWhole(data['version'])) return undefined;
  return { type: HELLO, version: data['version'] };
}

/**
 * Returns the number of a request if it is valid: a reply needs it even if the rest is malformed.
 */
export const readRequestId = (data: unknown): number | undefined =>
  isFields(data) && isPositive(data['id']) ? data['id'] : undefined;

/** A request without parameters is that of an earlier client. */
function readConnectParams(params: unknown): ConnectParams | undefined {
  if (params === undefined) return { choose: false };
  if (!isFields(params) || typeof params['choose'] !== 'boolean') return undefined;
  return { choose: params['choose'] };
}

function readSignParams(params: unknown): SignParams | undefined {
  if (!isFields(params)) return undefined;
  const { message, format, address } = params;
  if (!isText(message) || !isOneOf(format, ['personal_sign', 'raw'] as const)) return undefined;
  if (address === undefined) return { message, format };
  return isText(address) ? { message, format, address } : undefined;
}

/**
 * Returns a request, `unknown-method` for a method of another version, or undefined for a malformed
 * one.
 */
export function readRequest(data: unknown): WidgetRequest | 'unknown-method' | undefined {
  const id = readRequestId(data);
  if (id === undefined || !isFields(data) || !isText(data['method'])) return undefined;
  const { method, params } = data;
  switch (method) {
    case 'restore':
    case 'forget':
    case 'sign-out':
      return { id, method };
    case 'connect': {
      const read = readConnectParams(params);
      return read === undefined ? undefined : { id, method, params: read };
    }
    case 'sign': {
      const read = readSignParams(params);
      return read === undefined ? undefined : { id, method, params: read };
    }
    case 'cancel':
      return isFields(params) && isPositive(params['of'])
        ? { id, method, params: { of: params['of'] } }
        : undefined;
    default:
      return 'unknown-method';
  }
}

function readError(value: unknown): WireError | undefined {
  if (!isFields(value) || !isText(value['code']) || !isText(value['message'])) return undefined;
  return { code: value['code'], message: value['message'] };
}

function readLayout(value: unknown): Layout | undefined {
  if (!isFields(value)) return undefined;
  const { place, height } = value;
  if (!isOneOf(place, ['front', 'corner', 'hidden'] as const)) return undefined;
  return isWhole(height) && height >= 0 ? { place, height } : undefined;
}

/** Returns the progress of an account. */
export function readProgress(value: unknown): AccountProgress | undefined {
  if (!isFields(value)) return undefined;
  const { status, done, total } = value;
  if (!isOneOf(status, ['none', 'pending', 'complete', 'failed'] as const)) return undefined;
  return isWhole(done) && isWhole(total) ? { status, done, total } : undefined;
}

/** Returns a message of the widget. */
export function readWidgetMessage(data: unknown): WidgetMessage | undefined {
  if (!isFields(data)) return undefined;
  const { type, id } = data;
  if (type === 'ready') {
    const { version, chainId } = data;
    return isWhole(version) && isPositive(chainId) ? { type, version, chainId } : undefined;
  }
  if (type === 'signed-out') return { type };
  if (type === 'refused') {
    const error = readError(data['error']);
    return error === undefined ? undefined : { type, error };
  }
  if (type === 'layout') {
    const layout = readLayout(data['layout']);
    return layout === undefined ? undefined : { type, layout };
  }
  if (type === 'account') {
    const progress = readProgress(data['progress']);
    return progress === undefined ? undefined : { type, progress };
  }
  if (type !== 'reply' || !isPositive(id)) return undefined;
  if (data['error'] === undefined) return { type, id, result: data['result'] };
  const error = readError(data['error']);
  return error === undefined ? undefined : { type, id, error };
}

const ADDRESS = /^0x[0-9a-fA-F]{40}$/;

/** Returns the result of a connection. */
export function readConnected(value: unknown): Connected | undefined {
  if (!isFields(value)) return undefined;
  const { address, chainId } = value;
  return isText(address) && ADDRESS.test(address) && isPositive(chainId)
    ? { address, chainId }
    : undefined;
}

/**
 * Returns the account's part of a signature, member by member, so that nothing else of the
 * service's response is passed on.
 */
export function readBootstrap(value: unknown): TinyCloudBootstrap | undefined {
  if (!isFields(value)) return undefined;
  const { status, state, reason, errorCode, retryable, retryAfterMs } = value;
  if (!isOneOf(status, ['complete', 'skipped', 'pending', 'failed'] as const)) return undefined;
  if (!isText(state)) return undefined;
  return {
    status,
    state,
    ...(isText(reason) ? { reason } : {}),
    ...(isText(errorCode) ? { errorCode } : {}),
    ...(typeof retryable === 'boolean' ? { retryable } : {}),
    ...(isWhole(retryAfterMs) ? { retryAfterMs } : {}),
  };
}

/** Returns the result of a signature. */
export function readSigned(value: unknown): Signed | undefined {
  if (!isFields(value)) return undefined;
  const { signature, address } = value;
  const tinycloudBootstrap = readBootstrap(value['tinycloudBootstrap']);
  if (!isText(signature) || !/^0x[0-9a-f]{130}$/.test(signature)) return undefined;
  if (!isText(address) || !ADDRESS.test(address) || tinycloudBootstrap === undefined) {
    return undefined;
  }
  return { signature, address, tinycloudBootstrap };
}
