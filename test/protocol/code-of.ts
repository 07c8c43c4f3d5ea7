import { isDeepStrictEqual } from 'node:util';
import { type ErrorCode, errorCodeOf } from '../../src/errors.js';

/**
 * Returns the code with which a call fails, or undefined if it succeeds. Rethrows anything but a
 * ServiceError.
 */
export function codeOf(call: () => unknown): ErrorCode | undefined {
  try {
    call();
    return undefined;
  } catch (error) {
    const code = errorCodeOf(error);
    if (code === undefined) throw error;
    return code;
  }
}

/** Returns whether parsing the text fails with a code or gives another value. */
export function readsOtherwise<T>(parse: (text: T) => unknown, text: T, value: unknown): boolean {
  let read: unknown;
  const code = codeOf(() => {
    read = parse(text);
  });
  return code !== undefined || !isDeepStrictEqual(read, value);
}
