/**
 * Headers that the framework adds to every response, and the CORS headers of a node with `cors =
 * true`.
 */
export const FRAMEWORK_HEADERS: Readonly<Record<string, string>> = {
  server: 'Rocket',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'SAMEORIGIN',
  'permissions-policy': 'interest-cohort=()',
  'tinycloud-trace-id': '0'.repeat(32),
  'access-control-allow-origin': '*',
  'access-control-allow-methods': 'POST, PUT, GET, OPTIONS, DELETE',
  'access-control-expose-headers': '*, Authorization',
  'access-control-allow-headers': '*, Authorization',
  'access-control-allow-credentials': 'true',
};
