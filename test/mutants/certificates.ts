import type { Mutant } from './mutant.js';

const KEPT = 'test/certificates/kept-certificate.test.ts';
const SERVE = 'test/http/serve-tls.test.ts';
const OBTAIN = 'src/certificates/obtain-certificate.ts';

export const MUTANTS: readonly Mutant[] = [
  {
    id: 'certificate-renewed-at-once',
    file: 'src/certificates/kept-certificate.ts',
    from: 'if (signal.aborted || clock() < this.#nextAtMs) return;',
    to: 'if (signal.aborted) return;',
    killedBy: `${KEPT}: a certificate is renewed with a new key after two thirds of its lifetime, and not before`,
  },
  {
    id: 'certificate-order-not-stored',
    file: OBTAIN,
    from: 'await orders.replace(CURRENT, order);',
    to: '',
    killedBy: `${KEPT}: a process that ends at the step "finalize" is continued by the next one with the same account and key`,
  },
  {
    id: 'certificate-for-any-name',
    file: OBTAIN,
    from: 'parseIdentity(certificate, order.key, name);',
    to: 'parseIdentity(certificate, order.key);',
    killedBy: `${KEPT}: a certificate for another name is rejected, and one that was issued for a former name is not served`,
  },
  {
    id: 'certificate-account-lost-for-good',
    file: OBTAIN,
    from: "if (errorCodeOf(error) === 'ERR_CERTIFICATE_ORDER') await register(context, account.key);",
    to: '',
    killedBy: `${KEPT}: an authority that has lost the account is told of the same key again`,
  },
  {
    id: 'certificate-step-outlives-a-stop',
    file: OBTAIN,
    from: 'const ask = <T>(step: Promise<T>): Promise<T> => unlessStopped(step, signal);',
    to: 'const ask = <T>(step: Promise<T>): Promise<T> => (signal.aborted ? unlessStopped(step, signal) : step);',
    killedBy: `${KEPT}: a stop ends an attempt that waits for the authority, and the next process resumes its order`,
  },
  {
    id: 'challenge-for-any-name',
    file: 'src/http/serve-tls.ts',
    from: 'if (source.challenge()?.name !== servername) return undefined;',
    to: '',
    killedBy: `${SERVE}: a connection of the authority is shown the challenge of its name, and others what they always are`,
  },
  {
    id: 'renewed-certificate-not-served',
    file: 'src/http/serve-tls.ts',
    from: 'source.onChange((identity) => server.setSecureContext(contextOf(identity)));',
    to: '',
    killedBy: `${SERVE}: a client that connects again and again during renewals is never refused`,
  },
  {
    id: 'certificate-of-several-replicas',
    file: 'src/config-rules.ts',
    from: "['TLS_MODE: acme is for one process with DATA_DIR, so use files with DATABASE_URL']",
    to: '[]',
    killedBy:
      'test/config.test.ts: a service that obtains its certificate does not start on a shared database',
  },
];
