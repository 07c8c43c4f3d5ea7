import type { Mutant } from './mutant.js';

const KEPT = 'test/certificates/kept-certificate.test.ts';
const SERVE = 'test/http/serve-tls.test.ts';
const REPLICAS = 'test/certificates/replicas.test.ts';
const TURN = 'src/certificates/order-turn.ts';
const OBTAIN = 'src/certificates/obtain-certificate.ts';

export const MUTANTS: readonly Mutant[] = [
  {
    id: 'certificate-renewed-at-once',
    file: 'src/certificates/kept-certificate.ts',
    from: 'return this.#context.clock() >= this.#nextAtMs;',
    to: 'return true;',
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
    from: 'if (!source.mayProve(servername)) return undefined;',
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
    id: 'every-replica-orders',
    file: TURN,
    from: 'const isFree = (owner ?? this.#id) === this.#id;',
    to: 'const isFree = owner !== this.#clock();',
    killedBy: `${REPLICAS}: replicas that start at the same time get one certificate by one order`,
  },
  {
    id: 'order-of-a-killed-replica-never-taken',
    file: TURN,
    from: 'nowMs - this.#seen.atMs >= TAKEOVER_MS',
    to: 'nowMs < 0',
    killedBy: `${REPLICAS}: the order of a replica that is killed is continued by another one with the same key`,
  },
  {
    id: 'challenge-of-one-replica',
    file: TURN,
    from: 'return (await this.#stored.find(CURRENT))?.value.challenge ?? undefined;',
    to: 'return this.#shown;',
    killedBy: `${REPLICAS}: replicas that start at the same time get one certificate by one order`,
  },
  {
    id: 'turn-given-away-by-a-failure',
    file: 'src/certificates/kept-certificate.ts',
    from: 'if (!this.#isDue()) return void (await turn.keep());',
    to: 'if (!this.#isDue()) return void (await turn.end());',
    killedBy: `${REPLICAS}: an authority that is away is asked as seldom as by one process`,
  },
  {
    id: 'turn-not-looked-at-between-steps',
    file: OBTAIN,
    from: 'if (!(await turn.keep())) throw lost();',
    to: '',
    killedBy: `${REPLICAS}: a replica that paused for too long ends its attempt and serves what another one obtained`,
  },
  {
    id: 'challenge-started-that-nobody-shows',
    file: OBTAIN,
    from: 'if (!(await turn.present(view.challenge.identity))) throw lost();',
    to: 'await turn.present(view.challenge.identity);',
    killedBy: `${REPLICAS}: a replica that lost its turn tells the authority nothing`,
  },
  {
    id: 'own-turn-not-recognized',
    file: TURN,
    from: 'const isFree = (owner ?? this.#id) === this.#id;',
    to: 'const isFree = (owner ?? null) === null;',
    killedBy: `${REPLICAS}: a replica whose write was made without an answer keeps its turn`,
  },
  {
    id: 'certificate-of-another-replica-not-read',
    file: 'src/certificates/kept-certificate.ts',
    from: 'if ((await documents.generationOf(certificateCodec.kind, CURRENT)) === this.#generation) return;',
    to: 'if (this.#generation > 0) return;',
    killedBy: `${REPLICAS}: one replica renews, and the others serve the new key after their next look`,
  },
  {
    id: 'turn-kept-after-a-stop',
    file: 'src/certificates/kept-certificate.ts',
    from: 'await this.#context.turn.end().catch(() => undefined);',
    to: '',
    killedBy: `${REPLICAS}: a replica that stops gives its turn to another one at once`,
  },
  {
    id: 'certificate-looked-for-without-a-pause',
    file: 'src/certificates/kept-certificate.ts',
    from: 'Math.max(LOOK_MS, this.#waitMs())',
    to: 'this.#waitMs()',
    killedBy: `${REPLICAS}: replicas that start at the same time get one certificate by one order`,
  },
  {
    id: 'turn-not-kept-while-waiting',
    file: 'src/certificates/kept-certificate.ts',
    from: 'if (!this.#isDue()) return void (await turn.keep());',
    to: 'if (!this.#isDue()) return;',
    killedBy: `${REPLICAS}: an authority that is away is asked as seldom as by one process`,
  },
];
