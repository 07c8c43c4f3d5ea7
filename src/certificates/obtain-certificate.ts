/**
 * Obtains a certificate for a new key (RFC 8555, section 7.4), one step at a time.
 *
 * | status of the order | step                                                       |
 * | ------------------- | ---------------------------------------------------------- |
 * | none                | place an order and store it with the key for it            |
 * | `pending`           | present the challenge, and tell the authority once         |
 * | `ready`             | request the certificate                                    |
 * | `processing`        | wait                                                       |
 * | `valid`             | download, store the certificate and remove the order       |
 * | `invalid`           | remove the order and reject                                |
 *
 * The key is sealed in the store before the authority hears of it. A process that stops between two
 * steps resumes with the same order and the same key, so it costs no second certificate.
 */
import type { PlainChange, SealedDocuments } from '../accounts/sealed-documents.js';
import { typedDocuments } from '../accounts/typed-documents.js';
import { errorCodeOf, ServiceError } from '../errors.js';
import type { AuthorityAccount, CertificateAuthority } from './certificate-authority.js';
import {
  accountCodec,
  certificateCodec,
  CURRENT,
  orderCodec,
  type StoredOrder,
} from './certificate-documents.js';
import type { OrderTurn } from './order-turn.js';
import { parseIdentity } from './parse-identity.js';
import { unlessStopped } from './unless-stopped.js';

/** What an order needs. */
export type OrderContext = {
  readonly authority: CertificateAuthority;
  /** The address of the authority's directory. */
  readonly directory: string;
  /** The name that the certificate is for. */
  readonly name: string;
  readonly documents: SealedDocuments;
  readonly clock: () => number;
  readonly pause: (ms: number) => Promise<void>;
  /** This process has the turn, unless it loses it on the way. */
  readonly turn: OrderTurn;
  /** Aborted when the service stops. */
  readonly signal: AbortSignal;
};

/** Another replica took the turn, because this process paused for too long. */
const lost = (): ServiceError =>
  new ServiceError('ERR_CERTIFICATE_AUTHORITY', { detail: { reason: 'another replica orders' } });

const POLL_MS = 2_000;
/** How often an order is looked at before the attempt fails. The next attempt resumes it. */
const MOST_LOOKS = 60;
/** Authorities keep orders for about a week. An older one is not resumed. */
const RESUME_WITHIN_MS = 86_400_000;

/**
 * Resolves when the certificate is stored. Rejects ERR_CERTIFICATE_AUTHORITY (also when the signal
 * is aborted, or when another replica has the turn), ERR_CERTIFICATE_ORDER, or as the store does.
 */
export async function obtainCertificate(context: OrderContext): Promise<void> {
  const account = await openAccount(context);
  const order = await openOrder(context, account);
  try {
    await completeOrder(context, account, order);
  } catch (error) {
    if (errorCodeOf(error) === 'ERR_CERTIFICATE_ORDER') {
      await typedDocuments(context.documents, orderCodec).remove(CURRENT);
    }
    throw error;
  } finally {
    // A challenge that stays proves nothing to others, and the next turn replaces it.
    await context.turn.present(undefined).catch(() => undefined);
  }
}

/** The key is stored before it is registered, so a restart finds the same account. */
async function openAccount(context: OrderContext): Promise<AuthorityAccount> {
  const { authority, directory, documents } = context;
  const accounts = typedDocuments(documents, accountCodec);
  const stored = (await accounts.find(CURRENT))?.value;
  const kept = stored?.directory === directory ? stored : undefined;
  if (kept !== undefined && kept.uri !== null) return { key: kept.key, uri: kept.uri };
  const key = kept?.key ?? authority.createKey();
  if (kept === undefined) await accounts.replace(CURRENT, { directory, key, uri: null });
  return { key, uri: await register(context, key) };
}

async function register(context: OrderContext, key: string): Promise<string> {
  const { authority, directory, documents, signal } = context;
  const uri = await unlessStopped(authority.register(key), signal);
  await typedDocuments(documents, accountCodec).replace(CURRENT, { directory, key, uri });
  return uri;
}

/** An authority that has lost the account rejects each order, so the key is registered again. */
async function placeOrder(context: OrderContext, account: AuthorityAccount): Promise<string> {
  const { authority, name, signal } = context;
  try {
    return await unlessStopped(authority.placeOrder(account, name), signal);
  } catch (error) {
    if (errorCodeOf(error) === 'ERR_CERTIFICATE_ORDER') await register(context, account.key);
    throw error;
  }
}

async function openOrder(context: OrderContext, account: AuthorityAccount): Promise<StoredOrder> {
  const { authority, directory, name, documents, clock } = context;
  const orders = typedDocuments(documents, orderCodec);
  const stored = (await orders.find(CURRENT))?.value;
  const isSame = stored?.directory === directory && stored.name === name;
  if (isSame && clock() - stored.placedAtMs < RESUME_WITHIN_MS) return stored;
  const url = await placeOrder(context, account);
  const order = { directory, name, url, key: authority.createKey(), placedAtMs: clock() };
  await orders.replace(CURRENT, order);
  return order;
}

async function completeOrder(
  context: OrderContext,
  account: AuthorityAccount,
  order: StoredOrder,
): Promise<void> {
  const { authority, name, turn, pause, signal } = context;
  const ask = <T>(step: Promise<T>): Promise<T> => unlessStopped(step, signal);
  let isPresented = false;
  for (let look = 1; look <= MOST_LOOKS; look += 1) {
    if (!(await turn.keep())) throw lost();
    const view = await ask(authority.viewOrder(account, order.url, isPresented));
    if (view.status === 'valid') return keepCertificate(context, account, order);
    if (view.status === 'invalid') {
      throw new ServiceError('ERR_CERTIFICATE_ORDER', { detail: { reason: view.reason } });
    }
    if (view.status === 'ready') await ask(authority.finalize(account, order.url, name, order.key));
    if (view.status === 'pending' && view.challenge !== undefined) {
      if (!(await turn.present(view.challenge.identity))) throw lost();
      isPresented = true;
      await ask(view.challenge.start());
    }
    await ask(pause(POLL_MS));
  }
  throw new ServiceError('ERR_CERTIFICATE_AUTHORITY', { detail: { reason: 'no decision' } });
}

/** Stores the certificate and removes the order in one commit. */
async function keepCertificate(
  { authority, directory, name, documents, signal }: OrderContext,
  account: AuthorityAccount,
  order: StoredOrder,
): Promise<void> {
  const certificate = await unlessStopped(authority.download(account, order.url), signal);
  try {
    parseIdentity(certificate, order.key, name);
  } catch (cause) {
    throw new ServiceError('ERR_CERTIFICATE_ORDER', { cause });
  }
  const stored = { directory, name, certificate, key: order.key };
  const generationOf = (kind: string): Promise<number> => documents.generationOf(kind, CURRENT);
  const put = typedDocuments(documents, certificateCodec).put(
    CURRENT,
    await generationOf(certificateCodec.kind),
    stored,
  );
  const { kind } = orderCodec;
  const remove: PlainChange = {
    change: 'remove',
    kind,
    id: CURRENT,
    expected: await generationOf(kind),
  };
  await documents.commit([put, remove]);
}
