/**
 * Composes the SIWE messages of a run, parses each one again to verify it, and has it signed and
 * encoded.
 */
import { ServiceError } from '../errors.js';
import { encodeDelegation, type EncodedDelegation } from '../protocol/cacao.js';
import type { WalletDid } from '../protocol/did.js';
import { encodeRecapUrn, parseRecapRequest, type Recap, withRecap } from '../protocol/recap.js';
import { encodeSiweMessage, type SiweMessage } from '../protocol/siwe-message.js';
import type { SpaceName } from './account.js';
import type { RootSigner } from './root-signer.js';
import {
  type BootstrapRun,
  HOST_LIFETIME_MS,
  nonceOf,
  SESSION_LIFETIME_MS,
  sessionKeyOf,
  sessionUriOf,
} from './run.js';
import { hostRecap, sessionRecap } from './session-grants.js';
import { timestampOf } from '../protocol/timestamp.js';

/** The content of one delegation. Times are in milliseconds. */
export type DelegationRequest = {
  readonly owner: WalletDid;
  /** Host and port of the service's public origin. */
  readonly domain: string;
  readonly uri: string;
  readonly nonce: string;
  readonly issuedAtMs: number;
  readonly lifetimeMs: number;
  readonly recap: Recap;
};

function composeMessage(request: DelegationRequest): SiweMessage {
  return withRecap(
    {
      domain: request.domain,
      address: request.owner.address,
      uri: request.uri,
      chainId: request.owner.chainId,
      nonce: request.nonce,
      issuedAt: timestampOf(request.issuedAtMs),
      expirationTime: timestampOf(request.issuedAtMs + request.lifetimeMs),
    },
    request.recap,
  );
}

/**
 * Parses a composed text and compares every field with the request before the root key signs it,
 * because parts of the text (the peer DIDs) come from the node. Throws ERR_BOOTSTRAP_SIWE_MISMATCH,
 * and the parser's codes for a text that does not parse.
 */
export function verifyComposed(text: string, request: DelegationRequest): void {
  const { message } = parseRecapRequest(text);
  const same =
    message.scheme === undefined &&
    message.domain === request.domain &&
    message.address === request.owner.address &&
    message.uri === request.uri &&
    message.chainId === request.owner.chainId &&
    message.nonce === request.nonce &&
    message.issuedAt === timestampOf(request.issuedAtMs) &&
    message.expirationTime === timestampOf(request.issuedAtMs + request.lifetimeMs) &&
    message.notBefore === undefined &&
    message.requestId === undefined &&
    message.resources?.length === 1 &&
    // The parser has compared this resource with the ReCap that the statement describes.
    message.resources[0] === encodeRecapUrn(request.recap);
  if (!same) throw new ServiceError('ERR_BOOTSTRAP_SIWE_MISMATCH');
}

/** A signed delegation, ready to post to the node. */
export type SignedDelegation = EncodedDelegation & {
  /** The EIP-191 signature, 65 bytes. */
  readonly signature: Uint8Array;
};

/**
 * Has the root key sign one delegation. Rejects what verifyComposed throws and what the signer
 * rejects.
 */
export async function signDelegation(
  signer: RootSigner,
  request: DelegationRequest,
): Promise<SignedDelegation> {
  const message = composeMessage(request);
  const text = encodeSiweMessage(message);
  verifyComposed(text, request);
  const signature = await signer.sign(text);
  return { ...encodeDelegation({ message, signature }), signature };
}

/** Returns the text of a delegation. */
export function textOf(request: DelegationRequest): string {
  return encodeSiweMessage(composeMessage(request));
}

/** Returns the session delegation of one space in its current round. */
export function sessionRequest(
  run: BootstrapRun,
  owner: WalletDid,
  domain: string,
  name: SpaceName,
): DelegationRequest {
  const { issuedAtMs, round } = run.sessions[name];
  return {
    owner,
    domain,
    uri: sessionUriOf(sessionKeyOf(run, name)),
    nonce: nonceOf(run, 'session', name, round),
    issuedAtMs,
    lifetimeMs: SESSION_LIFETIME_MS,
    recap: sessionRecap(owner, name),
  };
}

/**
 * Returns the host delegation of one space in its current round. Throws TypeError if the peers are
 * not known yet.
 */
export function hostRequest(
  run: BootstrapRun,
  owner: WalletDid,
  domain: string,
  name: SpaceName,
): DelegationRequest {
  if (run.hosts === undefined || run.peers === undefined) {
    throw new TypeError('a host delegation needs the peers');
  }
  const { issuedAtMs, round } = run.hosts[name];
  return {
    owner,
    domain,
    uri: run.peers[name],
    nonce: nonceOf(run, 'host', name, round),
    issuedAtMs,
    lifetimeMs: HOST_LIFETIME_MS,
    recap: hostRecap(owner, name),
  };
}
