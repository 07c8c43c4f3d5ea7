import { isDeepStrictEqual } from 'node:util';
import { type ErrorCode, errorCodeOf } from '../../src/errors.js';

/** The code with which a call fails, undefined where it succeeds; anything but a ServiceError passes through. */
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

/** Whether reading the text fails with a code or gives something else than the value. */
export function readsOtherwise<T>(parse: (text: T) => unknown, text: T, value: unknown): boolean {
  let read: unknown;
  const code = codeOf(() => {
    read = parse(text);
  });
  return code !== undefined || !isDeepStrictEqual(read, value);
}
