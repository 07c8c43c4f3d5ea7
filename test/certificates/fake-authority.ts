/**
 * An authority in memory that signs real certificates. A test decides when it is away, what it
 * rejects, and after which step its answer is lost.
 */
import { createPrivateKey, createPublicKey, generateKeyPairSync, webcrypto } from 'node:crypto';
import { x509 } from '../../scripts/stand-ins/guest-agent/pki/x509.js';
import type {
  AuthorityAccount,
  CertificateAuthority,
  OrderView,
} from '../../src/certificates/certificate-authority.js';
import { ServiceError } from '../../src/errors.js';
import type { ChallengeIdentity } from '../../src/runtime/tls-identity.js';
import { mintIdentity } from '../http/mint-identity.js';

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };

/** The steps of an order that the authority takes part in. */
export const STEPS = ['register', 'place', 'view', 'start', 'finalize', 'download'] as const;
export type Step = (typeof STEPS)[number];

type Order = {
  readonly name: string;
  status: 'pending' | 'ready' | 'valid' | 'invalid';
  certificate: string;
};

const away = (): ServiceError => new ServiceError('ERR_CERTIFICATE_AUTHORITY');
const refused = (): ServiceError => new ServiceError('ERR_CERTIFICATE_ORDER');

async function sign(name: string, keyPem: string, nowMs: number, lifetimeMs: number) {
  const publicKey = createPublicKey(createPrivateKey(keyPem));
  const spki = publicKey.export({ type: 'spki', format: 'der' });
  const issuer = await webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
  const certificate = await x509.X509CertificateGenerator.create({
    subject: `CN=${name}`,
    issuer: 'CN=fake authority',
    publicKey: await webcrypto.subtle.importKey('spki', spki, ALGORITHM, true, ['verify']),
    signingKey: issuer.privateKey,
    notBefore: new Date(nowMs),
    notAfter: new Date(nowMs + lifetimeMs),
    extensions: [new x509.SubjectAlternativeNameExtension([{ type: 'dns', value: name }])],
  });
  return certificate.toString('pem');
}

export class FakeAuthority implements CertificateAuthority {
  lifetimeMs = 90 * 86_400_000;
  /** No step is answered. */
  isAway = false;
  /** The next challenges fail. */
  isRefusing = false;
  /** The name in the certificates that it issues, if not the one of the order. */
  nameInstead: string | undefined;
  /** Rejects one time, before or after the effect of a step. */
  fault: { readonly step: Step; readonly at: 'before' | 'after' } | undefined;
  /** Steps that are never answered. */
  readonly hanging = new Set<Step>();
  /** What a connection to the name is shown. */
  look: () => Promise<ChallengeIdentity | undefined> = async () => undefined;
  /** Called when a certificate is requested. */
  onFinalize: () => void = () => undefined;
  readonly steps: Step[] = [];
  readonly accounts = new Map<string, string>();
  readonly orders = new Map<string, Order>();
  readonly keys: string[] = [];
  readonly #clock: () => number;

  constructor(clock: () => number) {
    this.#clock = clock;
  }

  count(step: Step): number {
    return this.steps.filter((each) => each === step).length;
  }

  async #answer<T>(step: Step, effect: () => Promise<T> | T): Promise<T> {
    const { fault } = this;
    const isFaulty = fault?.step === step;
    if (isFaulty) this.fault = undefined;
    if (this.isAway || (isFaulty && fault.at === 'before')) throw away();
    this.steps.push(step);
    if (this.hanging.has(step)) return new Promise<never>(() => undefined);
    const result = await effect();
    if (isFaulty) throw away();
    return result;
  }

  #orderAt(url: string): Order {
    const order = this.orders.get(url);
    if (order === undefined) throw refused();
    return order;
  }

  createKey(): string {
    const key = generateKeyPairSync('ec', {
      namedCurve: 'P-256',
      publicKeyEncoding: { type: 'spki', format: 'pem' },
      privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    }).privateKey;
    this.keys.push(key);
    return key;
  }

  register(accountKey: string): Promise<string> {
    return this.#answer('register', () => {
      const uri = this.accounts.get(accountKey) ?? `https://ca.example/a/${this.accounts.size}`;
      this.accounts.set(accountKey, uri);
      return uri;
    });
  }

  placeOrder({ uri }: AuthorityAccount, name: string): Promise<string> {
    return this.#answer('place', () => {
      if (![...this.accounts.values()].includes(uri)) throw refused();
      const url = `https://ca.example/o/${this.orders.size}`;
      this.orders.set(url, { name, status: 'pending', certificate: '' });
      return url;
    });
  }

  viewOrder(_account: unknown, url: string, isKnown: boolean): Promise<OrderView> {
    return this.#answer('view', async () => {
      const order = this.#orderAt(url);
      const { status, name } = order;
      if (status === 'invalid') return { status, reason: 'nobody answered' };
      if (status !== 'pending') return { status };
      if (isKnown) return { status, challenge: undefined };
      const identity = { name, ...(await mintIdentity()) };
      return { status, challenge: { identity, start: () => this.#start(order) } };
    });
  }

  #start(order: Order): Promise<void> {
    return this.#answer('start', async () => {
      const isShown = !this.isRefusing && (await this.look())?.name === order.name;
      order.status = isShown ? 'ready' : 'invalid';
    });
  }

  finalize(_account: unknown, url: string, name: string, key: string): Promise<void> {
    return this.#answer('finalize', async () => {
      this.onFinalize();
      const order = this.#orderAt(url);
      if (order.status !== 'ready') throw refused();
      const certified = this.nameInstead ?? name;
      order.certificate = await sign(certified, key, this.#clock(), this.lifetimeMs);
      order.status = 'valid';
    });
  }

  download(_account: unknown, url: string): Promise<string> {
    return this.#answer('download', () => this.#orderAt(url).certificate);
  }
}
