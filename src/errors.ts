/**
 * The one error class and the table of its codes.
 *
 * A code is interface: callers match on it, texts may change. The table holds the HTTP status, whether the same request
 * may be sent again, and the only sentence a caller sees. What an operator needs goes into `detail` (never a secret).
 * `TypeError` is a bug of our own; `ServiceError` is the world.
 */

type ErrorEntry = {
  readonly status: number;
  readonly retryable: boolean;
  readonly sentence: string;
};

const entry = (status: number, sentence: string, retryable = false): ErrorEntry => ({
  status,
  retryable,
  sentence,
});

export const ERROR_TABLE = {
  // formats
  ERR_BASE64URL_INVALID: entry(400, 'The text is not canonical base64url.'),
  ERR_ADDRESS_INVALID: entry(400, 'The address is not a checksummed Ethereum address.'),
  ERR_DID_INVALID: entry(400, 'The DID is not well formed.'),
  ERR_CID_INVALID: entry(400, 'The CID is not well formed.'),
  ERR_SPACE_ID_INVALID: entry(400, 'The space id is not well formed.'),
  ERR_NETWORK_ID_INVALID: entry(400, 'The encryption network id is not well formed.'),
  ERR_RESOURCE_INVALID: entry(400, 'The resource is not well formed.'),
  ERR_SIWE_INVALID: entry(400, 'The message is not a well-formed sign-in request (EIP-4361).'),
  ERR_RECAP_INVALID: entry(400, 'The capabilities of the request are not well formed.'),
  ERR_RECAP_STATEMENT: entry(400, 'The statement does not say what the capabilities grant.'),
  ERR_RECAP_SEVERAL: entry(400, 'The request has more than one set of capabilities.'),
  ERR_RECAP_NOT_LAST: entry(400, 'The capabilities of the request are not its last resource.'),
  ERR_CACAO_INVALID: entry(400, 'The delegation is not well formed.'),
  ERR_UCAN_INVALID: entry(400, 'The invocation is not well formed.'),
  ERR_ENVELOPE_INVALID: entry(500, 'Sealed state can not be opened.'),
  ERR_CANONICAL_JSON: entry(400, 'The value has no canonical JSON form.'),
  // bootstrap: what a TinyCloud node did or said
  ERR_NODE_UNAVAILABLE: entry(502, 'The TinyCloud node can not be reached.', true),
  ERR_NODE_TIMEOUT: entry(504, 'The TinyCloud node did not answer in time.', true),
  ERR_NODE_REDIRECT: entry(502, 'The TinyCloud node answered with a redirect.', true),
  ERR_NODE_REPLY_TOO_LARGE: entry(502, 'The TinyCloud node sent too large a reply.', true),
  ERR_NODE_ABORTED: entry(503, 'The request to the TinyCloud node was given up.', true),
  ERR_NODE_FAILED: entry(502, 'The TinyCloud node reported a failure of its own.', true),
  ERR_NODE_BUSY: entry(502, 'The TinyCloud node asks to come back later.', true),
  ERR_NODE_REFUSED: entry(502, 'The TinyCloud node refused a request.', true),
  ERR_NODE_REPLY_INVALID: entry(502, 'The TinyCloud node sent an unusable reply.', true),
  // bootstrap: why nothing more is signed or sent
  ERR_BOOTSTRAP_NODE_DID: entry(502, 'The TinyCloud node has no usable identity.', true),
  ERR_BOOTSTRAP_NODE_CHANGED: entry(502, 'The TinyCloud node is not the one that is pinned.', true),
  ERR_BOOTSTRAP_PEER_DID: entry(502, 'The TinyCloud node gave an unusable peer identity.', true),
  ERR_BOOTSTRAP_PEER_CHANGED: entry(502, 'The TinyCloud node changed a peer identity.', true),
  ERR_BOOTSTRAP_CID_MISMATCH: entry(502, 'The TinyCloud node acknowledged something else.', true),
  ERR_BOOTSTRAP_SPACE_UNASKED: entry(502, 'The TinyCloud node answered about other spaces.', true),
  ERR_BOOTSTRAP_SPACE_NOT_HOSTED: entry(502, 'The TinyCloud node did not host a space.', true),
  ERR_BOOTSTRAP_NETWORK_REVOKED: entry(409, 'The encryption network of the account is revoked.'),
  ERR_BOOTSTRAP_NETWORK_FOREIGN: entry(502, 'The encryption network is not the one asked for.'),
  ERR_BOOTSTRAP_NODE_CLOCK: entry(
    502,
    'The clocks of the service and of the TinyCloud node differ too much. Try again once they are set.',
    true,
  ),
  ERR_BOOTSTRAP_SIWE_MISMATCH: entry(500, 'A composed request did not read back as meant.'),
  ERR_BOOTSTRAP_GATE_CLOSED: entry(409, 'Setting up the account was switched off.'),
  ERR_BOOTSTRAP_LIMIT: entry(429, 'The user has set up too many accounts in a day.', true),
  ERR_BOOTSTRAP_INTERRUPTED: entry(503, 'Setting up the account was interrupted.', true),
  ERR_BOOTSTRAP_TIMEOUT: entry(504, 'Setting up the account took too long.', true),
  ERR_BOOTSTRAP_INTERNAL: entry(500, 'Setting up the account failed.', true),
  // requests
  ERR_BODY_TOO_LARGE: entry(413, 'The body is larger than 64 KiB.'),
  ERR_BODY_TYPE: entry(415, 'The body must be application/json in UTF-8.'),
  ERR_BODY_MALFORMED: entry(400, 'The body is not JSON in UTF-8.'),
  ERR_REQUEST_INVALID: entry(400, 'The request has a missing, unknown or malformed member.'),
  ERR_ROUTE_NOT_FOUND: entry(404, 'There is no such route.'),
  ERR_METHOD_NOT_ALLOWED: entry(405, 'The route does not have this method.'),
  ERR_RATE_LIMITED: entry(429, 'Too many requests in a short time.', true),
  ERR_SERVICE_WORKER: entry(403, 'No page of this service has a service worker.'),
  ERR_INTERNAL: entry(500, 'Something went wrong on our side.'),
  ERR_NOT_READY: entry(503, 'The service is not ready.', true),
  // sign-in
  ERR_CHALLENGE_INVALID: entry(400, 'The message is not a sign-in challenge of this service.'),
  ERR_CHALLENGE_EXPIRED: entry(400, 'The sign-in challenge has expired.'),
  ERR_CHALLENGE_USED: entry(409, 'The sign-in challenge was used before.'),
  ERR_SIGNATURE_INVALID: entry(
    401,
    'The signature does not match this message and wallet. Sign the exact text of the challenge.',
  ),
  ERR_SIGNATURE_CONTRACT_WALLET: entry(
    401,
    'Contract wallets cannot sign in here. Use a wallet that holds a private key, or a passkey.',
  ),
  ERR_BEARER_IN_BROWSER: entry(403, 'A page never gets a bearer session.'),
  ERR_SIGN_UP_LIMIT: entry(429, 'Too many new users in a short time.', true),
  ERR_TOO_MANY_SIGN_INS: entry(429, 'Too many sign-ins in a short time.', true),
  ERR_SESSION_INVALID: entry(401, 'The session is not valid.'),
  ERR_SESSION_EXPIRED: entry(401, 'The session has expired.'),
  ERR_SESSION_NOT_FOUND: entry(404, 'There is no such session.'),
  ERR_ORIGIN_REFUSED: entry(403, 'Only pages of this service may use the session of a browser.'),
  ERR_SESSION_TRANSPORT: entry(
    403,
    'A program cannot change this. Open the account page in a browser and change it there.',
  ),
  ERR_STEP_UP_REQUIRED: entry(
    403,
    'This needs a recent sign-in. Sign in again with a wallet or passkey of the account, then repeat the request.',
  ),
  ERR_ACCOUNT_DELETED: entry(410, 'The account was deleted.'),
  ERR_CREDENTIAL_NOT_FOUND: entry(404, 'There is no such credential.'),
  ERR_CREDENTIAL_IN_USE: entry(409, 'The credential belongs to an account already.'),
  ERR_CREDENTIAL_LAST: entry(409, 'It is the last way to sign in: add another one first.'),
  ERR_CREDENTIAL_LIMIT: entry(409, 'The account has as many credentials as are allowed.'),
  ERR_CREDENTIAL_REMOVED: entry(401, 'This way to sign in was removed from the account.'),
  ERR_PASSKEY_INVALID: entry(400, 'The answer of the passkey is malformed or of another kind.'),
  ERR_PASSKEY_ORIGIN: entry(403, 'The passkey was used on a page of somebody else.'),
  ERR_PASSKEY_RELYING_PARTY: entry(403, 'The passkey was used for another service.'),
  ERR_PASSKEY_USER_VERIFICATION: entry(403, 'The passkey did not verify who is there.'),
  ERR_PASSKEY_UNKNOWN: entry(401, 'The passkey belongs to no account, or was removed from it.'),
  ERR_PASSKEY_SIGNATURE: entry(401, "The signature is not the passkey's over this challenge."),
  ERR_PASSKEY_CLONED: entry(
    403,
    "This passkey's counter went backward, so it may have been copied. Sign in another way, then remove or unblock it.",
  ),
  ERR_PASSKEY_OUTDATED: entry(
    409,
    'This passkey was used again after this request began. Try again.',
    true,
  ),
  // keys and signing
  ERR_KEY_NOT_FOUND: entry(404, 'There is no such key.'),
  ERR_KEY_ARCHIVED: entry(409, 'The key is archived.'),
  ERR_KEY_MISMATCH: entry(500, 'The key does not give the address on record.'),
  ERR_KEY_LIMIT: entry(409, 'The user has as many keys as are allowed.'),
  ERR_MESSAGE_INVALID: entry(400, 'The message can not be read in this format.'),
  ERR_MESSAGE_TOO_LARGE: entry(413, 'The message is larger than 32 KiB.'),
  ERR_POLICY_OWN_SIGN_IN: entry(
    403,
    'A sign-in to this service is never signed with a key it holds.',
  ),
  ERR_POLICY_OWN_STATEMENT: entry(403, 'A text that reads as our own evidence is never signed.'),
  ERR_POLICY_BARE_DIGEST: entry(
    403,
    '32 bytes are never signed: nobody can see what they stand for.',
  ),
  ERR_POLICY_NO_EXPIRY: entry(
    403,
    'The request grants rights that do not end within 30 days. Set an earlier expiration time and ask again.',
  ),
  ERR_POLICY_FOREIGN_HOSTING: entry(403, 'Hosting is signed for own spaces alone.'),
  ERR_AUTO_SIGN_DISABLED: entry(403, 'Signing without asking is switched off for this account.'),
  ERR_REVIEW_REQUIRED: entry(403, 'The person has to see this request before it is signed.'),
  ERR_REVIEW_NOT_FOUND: entry(404, 'There is no such review: it was used, or its time is over.'),
  ERR_REVIEW_USED: entry(409, 'The review was used.'),
  ERR_REVIEW_EXPIRED: entry(410, 'The time to approve is over.'),
  ERR_REVIEW_OTHER_KEY: entry(409, 'The review is for another key.'),
  ERR_REVIEW_OTHER_ORIGIN: entry(409, 'The review is for another app.'),
  ERR_REVIEW_OTHER_BYTES: entry(409, 'The review is of another message.'),
  ERR_REVIEW_LIMIT: entry(429, 'Too many requests wait to be seen.', true),
  ERR_REVIEW_APP_ORIGIN: entry(403, 'This app may not ask for signatures here.'),
  ERR_REVIEW_DOMAIN: entry(400, 'The request is not for the app that asks.'),
  ERR_REVIEW_ADDRESS: entry(400, 'The request is for another address.'),
  ERR_REVIEW_CHAIN: entry(400, 'The request is for a chain that is not supported.'),
  ERR_REVIEW_EXPIRED_REQUEST: entry(400, 'The request has expired.'),
  ERR_REVIEW_NOT_YET_VALID: entry(400, 'The request is not valid yet.'),
  ERR_ASSERTION_REQUIRED: entry(403, 'This approval needs a passkey.'),
  ERR_ASSERTION_INVALID: entry(401, 'The passkey did not approve this request.'),
  ERR_EVENT_STREAM_LIMIT: entry(429, 'The session has as many event streams as are allowed.', true),
  // start
  ERR_CONFIG: entry(500, 'The configuration has problems.'),
  ERR_LISTEN: entry(500, 'The service cannot listen on HOST and PORT.'),
  ERR_PAGES_MISSING: entry(500, 'The pages are not there: `npm run build` makes them.'),
  ERR_STATE_MARKER_MISSING: entry(500, 'The data directory was not made by this service.'),
  ERR_STATE_MARKER_MISMATCH: entry(500, 'The data directory belongs to another deployment.'),
  // state
  ERR_DATA_DIR: entry(500, 'The data directory can not be used.'),
  ERR_DATA_DIR_LOCKED: entry(500, 'Another process uses the data directory.'),
  ERR_STORE_CONFLICT: entry(409, 'The document was changed in the meantime.', true),
  ERR_STORE_UNAVAILABLE: entry(503, 'State can not be read or written now.', true),
  ERR_STATE_TAMPERED: entry(500, 'The state of this user can not be trusted.'),
  // local accounts: the command line and programs with a key of their own
  ERR_LOCAL_NODE_URL: entry(400, "The node's URL must be an https origin, or http on loopback."),
  ERR_LOCAL_KEY_MISSING: entry(400, 'No key was given.'),
  ERR_LOCAL_KEY_FILE: entry(400, 'The key file can not be read.'),
  ERR_LOCAL_KEY_FILE_MODE: entry(403, 'Others may read the key file: chmod 600 it.'),
  ERR_LOCAL_KEY_INVALID: entry(400, 'The key is not a private key of 32 bytes in hex.'),
  ERR_LOCAL_SIGNER_UNKNOWN: entry(400, 'The signer is of no kind that is known here.'),
  ERR_LOCAL_SIGNER_IS_SERVICE: entry(
    409,
    'The signer is Sealwright itself, which sets the account up: sign in through it instead.',
  ),
  ERR_LOCAL_SIGNER_FAILED: entry(502, 'The signer failed.', true),
  ERR_LOCAL_SIGNATURE_REFUSED: entry(403, 'A signature was refused.'),
  ERR_LOCAL_SIGNATURE_INVALID: entry(502, "The signer's answer is not its signature."),
  ERR_LOCAL_STATE: entry(500, 'The state directory can not be used.'),
  ERR_LOCAL_OUT: entry(500, 'The session can not be written to its file.'),
  // enclave
  ERR_ENCLAVE_UNAVAILABLE: entry(503, 'The enclave did not answer.', true),
  ERR_ENCLAVE_REPLY: entry(503, 'The enclave gave an unusable answer.'),
  ERR_ENCLAVE_CUSTODY: entry(500, "The keys were not issued by the configured KMS's root."),
  // evidence
  ERR_DEPLOYMENT_UNSAFE: entry(500, 'The measured compose file does not fit this service.'),
  ERR_NONCE_INVALID: entry(400, 'The nonce must be 64 lower-case hex digits, given once.'),
  ERR_ATTESTATION_BUSY: entry(503, 'Too many quotes are asked for at once.', true),
  ERR_ATTESTATION_NOT_FOUND: entry(404, 'There is no such attestation document.'),
  ERR_RECEIPT_NOT_FOUND: entry(404, 'There is no receipt: the account was not set up here.'),
} as const satisfies Record<string, ErrorEntry>;

export type ErrorCode = keyof typeof ERROR_TABLE;

/** An error with a stable code; `message` is the public sentence, `detail` is for logs. */
export class ServiceError extends Error {
  readonly code: ErrorCode;
  readonly detail: Readonly<Record<string, unknown>>;

  constructor(
    code: ErrorCode,
    options: {
      readonly cause?: unknown;
      readonly detail?: Readonly<Record<string, unknown>>;
    } = {},
  ) {
    super(ERROR_TABLE[code].sentence, options.cause === undefined ? {} : { cause: options.cause });
    this.name = 'ServiceError';
    this.code = code;
    this.detail = options.detail ?? {};
  }

  get status(): number {
    return ERROR_TABLE[this.code].status;
  }

  get retryable(): boolean {
    return ERROR_TABLE[this.code].retryable;
  }
}

/** The code of a ServiceError, undefined for anything else. */
export function errorCodeOf(error: unknown): ErrorCode | undefined {
  return error instanceof ServiceError ? error.code : undefined;
}
