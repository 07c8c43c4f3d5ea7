/** Faults in what the service takes from browsers and in what it writes to its log. */
import type { Mutant } from './mutant.js';

export const MUTANTS: readonly Mutant[] = [
  {
    id: 'bearer-refused-by-origin-alone',
    file: 'src/http/own-origin.ts',
    from: "['origin', 'sec-fetch-site', 'sec-fetch-dest', 'sec-fetch-user']",
    to: "['origin']",
    killedBy:
      'test/http/own-origin.test.ts: a request with sec-fetch-site alone gets no bearer session',
  },
  {
    id: 'bearer-refused-without-user-mark',
    file: 'src/http/own-origin.ts',
    from: ", 'sec-fetch-user']",
    to: ']',
    killedBy:
      'test/http/own-origin.test.ts: a request with sec-fetch-user alone gets no bearer session',
  },
  {
    id: 'own-origin-by-prefix',
    file: 'src/http/own-origin.ts',
    from: "header('origin') !== publicOrigin",
    to: "!header('origin')?.startsWith(publicOrigin)",
    killedBy: 'test/http/own-origin.test.ts: a change needs exactly the origin of the service',
  },
  {
    id: 'same-site-reads',
    file: 'src/http/own-origin.ts',
    from: "header('sec-fetch-site') !== 'same-origin'",
    to: "!header('sec-fetch-site')?.startsWith('same-')",
    killedBy:
      'test/http/own-origin.test.ts: reading with the cookie of a browser needs a page of the same origin',
  },
  {
    id: 'top-origin-without-embedding',
    file: 'src/sign-in/passkey-client-data.ts',
    from: '(crossOrigin && settings.appOrigins.includes(topOrigin))',
    to: 'settings.appOrigins.includes(topOrigin)',
    killedBy:
      'test/sign-in/passkey-client-data.test.ts: an embedding page counts only where the browser says that the page is embedded',
  },
  {
    id: 'top-origin-unchecked',
    file: 'src/sign-in/passkey-client-data.ts',
    from: '(crossOrigin && settings.appOrigins.includes(topOrigin))',
    to: 'crossOrigin',
    killedBy:
      'test/sign-in/passkey-client-data.test.ts: neither another origin nor an embedding page that may not embed uses a passkey',
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
];
