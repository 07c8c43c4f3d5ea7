/** An authority that speaks ACME, through the client library `acme-client`. */
import { generateKeyPairSync } from 'node:crypto';
import { Agent } from 'node:https';
import acme from 'acme-client';
import type {
  AuthorityAccount,
  CertificateAuthority,
  OpenChallenge,
} from '../certificates/certificate-authority.js';
import { ServiceError } from '../errors.js';
import { withinDeadline } from '../runtime/within-deadline.js';

const CALL_DEADLINE_MS = 30_000;
const REQUEST_DEADLINE_MS = 15_000;
const MOST_BYTES = 256 * 1024;
const MOST_REASON = 500;

/** Where the authority is, and how it reaches its customer. */
export type AcmeSettings = {
  readonly directory: string;
  /** A `mailto:` address, or undefined. */
  readonly contact: string | undefined;
  /** An authority (PEM) for the connection, in place of those of the system. For tests. */
  readonly ca: string | undefined;
};

const CHALLENGE_TYPE: string = 'tls-alpn-01';

/** The library has one HTTP client for the process. It follows no redirect and no proxy. */
function boundRequests(ca: string | undefined): void {
  const { defaults } = acme.axios;
  Object.assign(defaults, {
    timeout: REQUEST_DEADLINE_MS,
    maxContentLength: MOST_BYTES,
    maxRedirects: 0,
    proxy: false,
    httpsAgent: new Agent({ keepAlive: false, ...(ca === undefined ? {} : { ca }) }),
  });
  // The caller decides when to try again. The library's types do not name this member.
  Object.assign(defaults, {
    acmeSettings: { ...Object(Reflect.get(defaults, 'acmeSettings')), retryMaxAttempts: 0 },
  });
}

// An authority that is overloaded has not decided, so the order must stay.
acme.axios.interceptors.response.use((response) => {
  const { status } = response;
  if (status !== 429 && status < 500) return response;
  throw new ServiceError('ERR_CERTIFICATE_AUTHORITY', { detail: { status } });
});

/** Creates a P-256 key in PEM (PKCS #8). */
const createKey = (): string =>
  generateKeyPairSync('ec', {
    namedCurve: 'P-256',
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  }).privateKey;

/**
 * Returns the sentence of a refusal, which the library reports as a plain Error. Errors of a
 * connection have a code, or are a TypeError, because the library reads a response that does not
 * exist.
 */
const refusalIn = (error: unknown): string | undefined =>
  error instanceof Error && error.name === 'Error' && !('code' in error)
    ? error.message.slice(0, MOST_REASON)
    : undefined;

/** Runs one step within the deadline, and translates its errors. */
async function step<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await withinDeadline(work(), CALL_DEADLINE_MS, () => {
      throw new ServiceError('ERR_CERTIFICATE_AUTHORITY', { detail: { reason: 'deadline' } });
    });
  } catch (cause) {
    if (cause instanceof ServiceError) throw cause;
    const reason = refusalIn(cause);
    if (reason === undefined) throw new ServiceError('ERR_CERTIFICATE_AUTHORITY', { cause });
    throw new ServiceError('ERR_CERTIFICATE_ORDER', { cause, detail: { reason } });
  }
}

/**
 * Returns what the authority says about a challenge that failed, for example that nobody answered.
 */
async function findReason(client: acme.Client, order: acme.Order): Promise<string | undefined> {
  const authorizations = await client.getAuthorizations(order);
  const challenges = authorizations.flatMap((each) => each.challenges);
  const errors = [order.error, ...challenges.map(({ error }) => error)];
  const told = errors.map((error) => (error === undefined ? '' : Reflect.get(error, 'detail')));
  return told
    .map(String)
    .find((text) => text !== '')
    ?.slice(0, MOST_REASON);
}

async function findChallenge(
  client: acme.Client,
  order: acme.Order,
  isKnown: boolean,
): Promise<OpenChallenge | undefined> {
  const [authorization] = await client.getAuthorizations(order);
  const challenge = authorization?.challenges.find(({ type }) => type === CHALLENGE_TYPE);
  if (authorization === undefined || challenge === undefined) {
    throw new ServiceError('ERR_CERTIFICATE_ORDER', { detail: { reason: 'no tls-alpn-01' } });
  }
  if (isKnown) return undefined;
  const answer = await client.getChallengeKeyAuthorization(challenge);
  const key = createKey();
  const [, certificate] = await acme.crypto.createAlpnCertificate(authorization, answer, key);
  return {
    identity: { name: authorization.identifier.value, certificate: certificate.toString(), key },
    start: async () => {
      if (challenge.status === 'pending') await step(() => client.completeChallenge(challenge));
    },
  };
}

/** Opens an authority. Nothing is sent before the first step. */
export function openAcmeAuthority({ directory, contact, ca }: AcmeSettings): CertificateAuthority {
  boundRequests(ca);
  const clientOf = ({ key, uri }: AuthorityAccount): acme.Client =>
    new acme.Client({ directoryUrl: directory, accountKey: key, accountUrl: uri });
  // The library reads the address alone, although its type has all members of an order.
  const unknown = { status: 'pending', finalize: '' } as const;
  const orderAt = (client: acme.Client, url: string): Promise<acme.Order> =>
    client.getOrder({ ...unknown, identifiers: [], authorizations: [], url });
  return {
    createKey,
    register: (accountKey) =>
      step(async () => {
        const client = new acme.Client({ directoryUrl: directory, accountKey });
        const contacts = contact === undefined ? {} : { contact: [contact] };
        await client.createAccount({ termsOfServiceAgreed: true, ...contacts });
        return client.getAccountUrl();
      }),
    placeOrder: (account, name) =>
      step(async () => {
        const identifiers = [{ type: 'dns', value: name }];
        return (await clientOf(account).createOrder({ identifiers })).url;
      }),
    viewOrder: (account, url, isKnown) =>
      step(async () => {
        const client = clientOf(account);
        const order = await orderAt(client, url);
        const { status } = order;
        if (status === 'invalid') return { status, reason: await findReason(client, order) };
        if (status !== 'pending') return { status };
        return { status: 'pending', challenge: await findChallenge(client, order, isKnown) };
      }),
    finalize: (account, url, name, key) =>
      step(async () => {
        const client = clientOf(account);
        const [, request] = await acme.crypto.createCsr(
          { commonName: name, altNames: [name] },
          key,
        );
        await client.finalizeOrder(await orderAt(client, url), request);
      }),
    download: (account, url) =>
      step(async () => {
        const client = clientOf(account);
        return client.getCertificate(await orderAt(client, url));
      }),
  };
}
