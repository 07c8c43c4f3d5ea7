/** Returns whether an `Accept-Encoding` header accepts gzip (RFC 9110, section 12.5.3). */
export const acceptsGzip = (accepted = ''): boolean =>
  accepted.split(',').some((each) => /^\s*gzip\s*(?:;\s*q=(?!0(?:\.0*)?\s*$).+)?$/i.test(each));
