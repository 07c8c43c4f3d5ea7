/** Faults in what the service takes from browsers and in what it writes to its log. */
import type { Mutant } from './mutant.js';

export const MUTANTS: readonly Mutant[] = [
  {
    id: 'bearer-refused-by-origin-alone',
    file: 'src/http/own-origin.ts',
    from: "['origin', 'sec-fetch-site', 'sec-fetch-dest', 'sec-fetch-user']",
    to: "['origin']",
    killedBy:
      'test/http/own-origin.test.ts: a request with sec-fetch-site alone receives no bearer session',
  },
  {
    id: 'bearer-refused-without-user-mark',
    file: 'src/http/own-origin.ts',
    from: ", 'sec-fetch-user']",
    to: ']',
    killedBy:
      'test/http/own-origin.test.ts: a request with sec-fetch-user alone receives no bearer session',
  },
  {
    id: 'own-origin-by-prefix',
    file: 'src/http/own-origin.ts',
    from: "header('origin') !== publicOrigin",
    to: "!header('origin')?.startsWith(publicOrigin)",
    killedBy: 'test/http/own-origin.test.ts: a change requires exactly the origin of the service',
  },
  {
    id: 'same-site-reads',
    file: 'src/http/own-origin.ts',
    from: "header('sec-fetch-site') !== 'same-origin'",
    to: "!header('sec-fetch-site')?.startsWith('same-')",
    killedBy:
      'test/http/own-origin.test.ts: reading with the cookie of a browser requires a page of the same origin',
  },
  {
    id: 'top-origin-without-embedding',
    file: 'src/sign-in/passkey-client-data.ts',
    from: '(crossOrigin && settings.appOrigins.includes(topOrigin))',
    to: 'settings.appOrigins.includes(topOrigin)',
    killedBy:
      'test/sign-in/passkey-client-data.test.ts: an embedding page is accepted only if the browser states that the page is embedded',
  },
  {
    id: 'top-origin-unchecked',
    file: 'src/sign-in/passkey-client-data.ts',
    from: '(crossOrigin && settings.appOrigins.includes(topOrigin))',
    to: 'crossOrigin',
    killedBy:
      'test/sign-in/passkey-client-data.test.ts: another origin and an embedding page that is not configured are refused',
  },
  {
    id: 'empty-parameter-of-a-path',
    file: 'src/http/find-route.ts',
    from: "Object.values(params).includes('') ? undefined : { route, params }",
    to: '{ route, params }',
    killedBy: 'test/http/find-route.test.ts: other methods and other paths find nothing',
  },
  {
    id: 'parameter-of-any-length',
    file: 'src/http/find-route.ts',
    from: 'const MAX_PARAM_LENGTH = 128;',
    to: 'const MAX_PARAM_LENGTH = 129;',
    killedBy: 'test/http/find-route.test.ts: other methods and other paths find nothing',
  },
  {
    id: 'parameter-too-short-for-a-hash',
    file: 'src/http/find-route.ts',
    from: 'const MAX_PARAM_LENGTH = 128;',
    to: 'const MAX_PARAM_LENGTH = 100;',
    killedBy:
      'test/http/find-route.test.ts: a path finds the route of its method, with its parameters decoded',
  },
  {
    id: 'head-is-not-served',
    file: 'src/http/find-route.ts',
    from: " || (method === 'HEAD' && route.method === 'GET')",
    to: '',
    killedBy:
      'test/http/find-route.test.ts: a path finds the route of its method, with its parameters decoded',
  },
  {
    id: 'refused-method-without-allow',
    file: 'src/http/create-app.ts',
    from: "ctx.set('Allow', methods.join(', '));",
    to: '',
    killedBy:
      'test/http/find-route.test.ts: a method that a path does not support is answered with those that it does',
  },
  {
    id: 'stack-not-redacted',
    file: 'src/runtime/logger.ts',
    from: 'redact(line.trim().replace(',
    to: '(line.trim().replace(',
    killedBy:
      'test/runtime/logger.test.ts: a stack contains file names without folders, and no text that looks like a secret',
  },
  {
    id: 'log-every-field',
    file: 'src/runtime/logger.ts',
    from: "FIELDS.has(name) && name !== 'error'",
    to: "name !== 'error'",
    killedBy: 'test/runtime/logger.test.ts: a field that is not on the list is dropped and counted',
  },
  {
    id: 'header-from-anyone',
    file: 'src/http/proxy-protocol/require-headers.ts',
    from: "if (kind === 'stranger') {",
    to: 'if (kind === undefined) {',
    killedBy:
      'test/http/proxy-protocol.test.ts: a header from a public address is closed, however valid it is',
  },
  {
    id: 'client-unknown-over-tls',
    file: 'src/http/proxy-protocol/require-headers.ts',
    from: 'const client = clients.get(peerOf(socket));',
    to: 'const client = clients.get(String(socket.bytesRead));',
    killedBy:
      'test/http/proxy-protocol.test.ts: over TLS, the header comes before the handshake and names the client as well',
  },
  {
    id: 'header-is-optional',
    file: 'src/http/proxy-protocol/require-headers.ts',
    from: "return kind === 'machine' ? { skip: 0, client: undefined } : 'close';",
    to: 'return { skip: 0, client: undefined };',
    killedBy:
      'test/http/proxy-protocol.test.ts: a connection without a valid header is closed without a response',
  },
  {
    id: 'header-without-bound',
    file: 'src/http/proxy-protocol/parse-header.ts',
    from: "if (rest > MAX_REST_BYTES) return invalid('too long');",
    to: '',
    killedBy:
      'test/http/proxy-protocol.test.ts: a header with a length that is too large is refused',
  },
  {
    id: 'checksum-of-shared-members-alone',
    file: 'src/runtime/shared-json.ts',
    from: 'crc32(this.#rest, crc32(beginning))',
    to: 'crc32(this.#rest)',
    killedBy:
      'test/runtime/shared-json.test.ts: an object is the same whether its members are shared or its own, compressed or not',
  },
  {
    id: 'evidence-uncompressed',
    file: 'src/http/send-reply.ts',
    from: "const isPacked = acceptsGzip(ctx.get('accept-encoding'));",
    to: 'const isPacked = false as boolean;',
    killedBy:
      'test/scenarios/attestation.test.ts: evidence is compressed for those who accept it, and the same for all others',
  },
  {
    id: 'own-members-not-judged',
    file: 'src/http/require-reply.ts',
    from: 'requireReply(known.ofOwn, own);',
    to: '',
    killedBy:
      'test/http/send-reply.test.ts: shared members are judged with the first reply, and the own ones of every reply',
  },
  {
    id: 'shared-members-not-judged',
    file: 'src/http/require-reply.ts',
    from: '  requireReply(schema, { ...own, ...shared.members });\n  if (schema',
    to: '  if (schema',
    killedBy:
      'test/http/send-reply.test.ts: shared members are judged with the first reply, and the own ones of every reply',
  },
];
