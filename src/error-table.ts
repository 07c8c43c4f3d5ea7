/**
 * The table of error codes.
 *
 * Codes are the interface: callers match on them, and sentences may change. The table holds the
 * HTTP status, whether the same request may succeed later, and the only sentence that a caller
 * sees: what happened, then what to do.
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

/** Every code, with what a caller learns of it. */
export const ERROR_TABLE = {
  // formats
  ERR_BASE64URL_INVALID: entry(400, 'The text is not canonical base64url.'),
  ERR_ADDRESS_INVALID: entry(400, 'The address is not a checksummed Ethereum address.'),
  ERR_DID_INVALID: entry(400, 'The DID is malformed.'),
  ERR_CID_INVALID: entry(400, 'The CID is malformed.'),
  ERR_SPACE_ID_INVALID: entry(400, 'The space id is malformed.'),
  ERR_NETWORK_ID_INVALID: entry(400, 'The encryption network id is malformed.'),
  ERR_RESOURCE_INVALID: entry(400, 'The resource is malformed.'),
  ERR_SIWE_INVALID: entry(400, 'The message is not a well-formed sign-in request (EIP-4361).'),
  ERR_RECAP_INVALID: entry(400, 'The capabilities of the request are malformed (EIP-5573).'),
  ERR_RECAP_STATEMENT: entry(400, 'The statement does not match the capabilities of the request.'),
  ERR_RECAP_SEVERAL: entry(400, 'The request has more than one set of capabilities. Send one.'),
  ERR_RECAP_NOT_LAST: entry(400, 'The capabilities of the request must be its last resource.'),
  ERR_CACAO_INVALID: entry(400, 'The delegation is malformed.'),
  ERR_UCAN_INVALID: entry(400, 'The invocation is malformed.'),
  ERR_ENVELOPE_INVALID: entry(500, 'Sealed state cannot be opened.'),
  ERR_CANONICAL_JSON: entry(400, 'The value has no canonical JSON form.'),
  // bootstrap: what a TinyCloud node did or said
  ERR_NODE_UNAVAILABLE: entry(502, 'The TinyCloud node cannot be reached.', true),
  ERR_NODE_TIMEOUT: entry(504, 'The TinyCloud node did not answer in time.', true),
  ERR_NODE_REDIRECT: entry(502, 'The TinyCloud node answered with a redirect.', true),
  ERR_NODE_REPLY_TOO_LARGE: entry(502, 'The TinyCloud node sent a reply that is too large.', true),
  ERR_NODE_ABORTED: entry(503, 'The request to the TinyCloud node was canceled.', true),
  ERR_NODE_FAILED: entry(502, 'The TinyCloud node reported an internal error.', true),
  ERR_NODE_BUSY: entry(502, 'The TinyCloud node is busy.', true),
  ERR_NODE_REFUSED: entry(502, 'The TinyCloud node rejected a request, and gave no remedy.'),
  ERR_NODE_REPLY_INVALID: entry(502, 'The TinyCloud node sent an invalid reply.', true),
  // bootstrap: why nothing more is signed or sent
  ERR_BOOTSTRAP_NODE_DID: entry(502, 'The TinyCloud node did not present a usable identity.', true),
  ERR_BOOTSTRAP_NODE_CHANGED: entry(502, 'The TinyCloud node is not the pinned one.', true),
  ERR_BOOTSTRAP_PEER_DID: entry(
    502,
    'The TinyCloud node returned an unusable peer identity.',
    true,
  ),
  ERR_BOOTSTRAP_PEER_CHANGED: entry(502, 'The TinyCloud node changed a peer identity.', true),
  ERR_BOOTSTRAP_CID_MISMATCH: entry(
    502,
    'The TinyCloud node acknowledged a different delegation.',
    true,
  ),
  ERR_BOOTSTRAP_SPACE_UNASKED: entry(
    502,
    'The TinyCloud node answered about spaces that were not in the request.',
    true,
  ),
  ERR_BOOTSTRAP_SPACE_NOT_HOSTED: entry(502, 'The TinyCloud node did not host a space.', true),
  ERR_BOOTSTRAP_NETWORK_REVOKED: entry(409, 'The encryption network of the account is revoked.'),
  ERR_BOOTSTRAP_NETWORK_FOREIGN: entry(
    502,
    'The TinyCloud node returned a different encryption network.',
  ),
  ERR_BOOTSTRAP_NODE_CLOCK: entry(
    502,
    'The clocks of the service and the TinyCloud node differ too much. Set them, then try again.',
    true,
  ),
  ERR_BOOTSTRAP_ACCOUNT_LOST: entry(
    502,
    'The TinyCloud node keeps losing the data of this account. Ask the operator of the node, then set the account up again.',
  ),
  ERR_BOOTSTRAP_SIWE_MISMATCH: entry(500, 'A composed request did not read back as intended.'),
  ERR_BOOTSTRAP_GATE_CLOSED: entry(409, 'Setting up the account was turned off.'),
  ERR_BOOTSTRAP_LIMIT: entry(
    429,
    'The daily limit of account set-ups is reached. Try again tomorrow.',
    true,
  ),
  ERR_BOOTSTRAP_INTERRUPTED: entry(503, 'Setting up the account was interrupted.', true),
  ERR_BOOTSTRAP_TIMEOUT: entry(504, 'Setting up the account took too long.', true),
  ERR_BOOTSTRAP_INTERNAL: entry(500, 'Setting up the account failed.', true),
  // requests
  ERR_BODY_TOO_LARGE: entry(413, 'The body is larger than 64 KiB.'),
  ERR_BODY_TYPE: entry(
    415,
    'The body must be application/json in UTF-8, plain or coded as gzip, deflate, or br.',
  ),
  ERR_BODY_MALFORMED: entry(400, 'The body is not JSON in UTF-8.'),
  ERR_REQUEST_INVALID: entry(
    400,
    'The request has a missing, unknown, or malformed member. Compare it with /openapi.json.',
  ),
  ERR_ROUTE_NOT_FOUND: entry(404, 'This route does not exist.'),
  ERR_METHOD_NOT_ALLOWED: entry(405, 'This route does not support the method.'),
  ERR_RATE_LIMITED: entry(429, 'Too many requests. Try again after the time in Retry-After.', true),
  ERR_SERVICE_WORKER: entry(403, 'Pages of this service cannot have a service worker.'),
  ERR_INTERNAL: entry(
    500,
    'The service failed unexpectedly. Try again, and report the request id if it persists.',
  ),
  ERR_NOT_READY: entry(503, 'The service is not ready.', true),
  // sign-in
  ERR_CHALLENGE_INVALID: entry(
    400,
    'The message is not a sign-in challenge of this service. Request a new challenge.',
  ),
  ERR_CHALLENGE_EXPIRED: entry(400, 'The sign-in challenge has expired. Request a new one.'),
  ERR_CHALLENGE_USED: entry(409, 'The sign-in challenge was already used. Request a new one.'),
  ERR_SIGNATURE_INVALID: entry(
    401,
    'The signature does not match this message and wallet. Sign the exact text of the challenge.',
  ),
  ERR_SIGNATURE_CONTRACT_WALLET: entry(
    401,
    'Contract wallets cannot sign in here. Use a wallet that holds a private key, or a passkey.',
  ),
  ERR_CONTRACT_WALLET_UNAVAILABLE: entry(
    503,
    'The chain that knows contract wallets does not answer. Try again later.',
    true,
  ),
  ERR_BEARER_IN_BROWSER: entry(
    403,
    "A web page cannot get a bearer session. Use the service's own pages.",
  ),
  ERR_SIGN_UP_LIMIT: entry(429, 'Too many new accounts in a short time. Try again later.', true),
  ERR_TOO_MANY_SIGN_INS: entry(429, 'Too many sign-ins in a short time. Try again later.', true),
  ERR_SESSION_INVALID: entry(401, 'The session is not valid. Sign in again.'),
  ERR_SESSION_EXPIRED: entry(401, 'The session has expired. Sign in again.'),
  ERR_SESSION_NOT_FOUND: entry(404, 'This session does not exist.'),
  ERR_APP_NOT_FOUND: entry(404, 'Nothing was approved for this app.'),
  ERR_ORIGIN_REFUSED: entry(403, 'Only pages of this service can use a browser session.'),
  ERR_SESSION_TRANSPORT: entry(
    403,
    'A program cannot change this. Open the account page in a browser and change it there.',
  ),
  ERR_STEP_UP_REQUIRED: entry(
    403,
    'This needs a recent sign-in. Sign in again with a wallet or passkey of the account, then repeat the request.',
  ),
  ERR_ACCOUNT_DELETED: entry(410, 'The account was deleted.'),
  ERR_RECOVERY_CODE: entry(401, 'This recovery code is not valid, or was used before.'),
  ERR_RECOVERY_LOCKED: entry(
    429,
    'Too many wrong recovery codes were entered. Wait an hour, or sign in another way.',
    true,
  ),
  ERR_CREDENTIAL_NOT_FOUND: entry(404, 'This sign-in method does not exist.'),
  ERR_CREDENTIAL_IN_USE: entry(409, 'This sign-in method already belongs to an account.'),
  ERR_CREDENTIAL_LAST: entry(
    409,
    'This is the only way to sign in. Add another one before you remove it.',
  ),
  ERR_CREDENTIAL_LIMIT: entry(
    409,
    'The account has reached its limit of sign-in methods. Remove one first.',
  ),
  ERR_CREDENTIAL_REMOVED: entry(
    401,
    'This sign-in method was removed from the account. Use another one.',
  ),
  ERR_PASSKEY_INVALID: entry(400, 'The passkey response is malformed or of the wrong type.'),
  ERR_PASSKEY_ORIGIN: entry(403, 'The passkey was used on another site.'),
  ERR_PASSKEY_RELYING_PARTY: entry(403, 'The passkey was used for another service.'),
  ERR_PASSKEY_USER_VERIFICATION: entry(
    403,
    'The passkey did not verify the person. Turn on a screen lock or PIN for it.',
  ),
  ERR_PASSKEY_UNKNOWN: entry(401, 'The passkey belongs to no account here, or it was removed.'),
  ERR_PASSKEY_SIGNATURE: entry(401, 'The passkey signature does not match this challenge.'),
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
  ERR_KEY_NOT_FOUND: entry(404, 'This key does not exist.'),
  ERR_KEY_EXPORT_OFF: entry(403, 'The operator of this service has switched key exports off.'),
  ERR_KEY_EXPORT_UNCONFIRMED: entry(
    400,
    'To export a key, type the word "export", a space, and the name of the key.',
  ),
  ERR_KEY_EXPORT_BUSY: entry(503, 'Other keys are being exported. Try again in a moment.', true),
  ERR_KEY_ARCHIVED: entry(409, 'The key is archived. Unarchive it first.'),
  ERR_KEY_MISMATCH: entry(500, 'The derived key does not match the address on record.'),
  ERR_KEY_LIMIT: entry(409, 'The account has reached its limit of keys.'),
  ERR_MESSAGE_INVALID: entry(400, 'The message is not valid in this format.'),
  ERR_MESSAGE_TOO_LARGE: entry(413, 'The message is larger than 32 KiB.'),
  ERR_POLICY_OWN_SIGN_IN: entry(403, 'This service does not sign sign-in requests to itself.'),
  ERR_POLICY_OWN_STATEMENT: entry(
    403,
    'This service does not sign text that imitates its own evidence.',
  ),
  ERR_POLICY_BARE_DIGEST: entry(
    403,
    'This service does not sign 32 bytes, because nobody can see what they stand for.',
  ),
  ERR_POLICY_NO_EXPIRY: entry(
    403,
    'The request grants access for more than 30 days. Set an earlier expiration time and ask again.',
  ),
  ERR_POLICY_FOREIGN_HOSTING: entry(403, 'Hosting is only signed for spaces you own.'),
  ERR_AUTO_SIGN_DISABLED: entry(403, 'Automatic signing is turned off for this account.'),
  ERR_REVIEW_REQUIRED: entry(403, 'A person must review this request before it is signed.'),
  ERR_REVIEW_NOT_FOUND: entry(
    404,
    'This review does not exist. It was used, or it expired. Request a new one.',
  ),
  ERR_REVIEW_USED: entry(409, 'This review was already used. Request a new one.'),
  ERR_REVIEW_EXPIRED: entry(410, 'This review has expired. Request a new one.'),
  ERR_REVIEW_OTHER_KEY: entry(409, 'This review is for another key.'),
  ERR_REVIEW_OTHER_ORIGIN: entry(409, 'This review is for another app.'),
  ERR_REVIEW_OTHER_BYTES: entry(409, 'This review is for another message.'),
  ERR_REVIEW_LIMIT: entry(
    429,
    'The service is holding too many requests for review. Try again in a few minutes.',
    true,
  ),
  ERR_REVIEW_APP_ORIGIN: entry(
    403,
    'This app is not allowed to ask for signatures. Its origin must be in APP_ORIGINS.',
  ),
  ERR_REVIEW_DOMAIN: entry(
    400,
    "The domain of the sign-in request must be the host of the app's origin, with its port (`location.host`) or without it (`location.hostname`).",
  ),
  ERR_REVIEW_ADDRESS: entry(400, 'The sign-in request is for another address.'),
  ERR_REVIEW_CHAIN: entry(
    400,
    'The sign-in request is for a chain that this service does not support.',
  ),
  ERR_REVIEW_EXPIRED_REQUEST: entry(400, 'The sign-in request has expired.'),
  ERR_REVIEW_NOT_YET_VALID: entry(400, 'The sign-in request is not valid yet.'),
  ERR_ASSERTION_REQUIRED: entry(403, 'Approve this request with a passkey.'),
  ERR_ASSERTION_INVALID: entry(401, 'The passkey did not approve this request.'),
  ERR_EVENT_STREAM_LIMIT: entry(
    429,
    'This session has reached its limit of event streams. Close one first.',
    true,
  ),
  // start
  ERR_CONFIG: entry(500, 'The configuration is invalid.'),
  ERR_HASHES_SELF_TEST: entry(
    500,
    'A hash function returned a wrong digest at the start of the service, so nothing may be signed with it. Replace the machine or the image.',
  ),
  ERR_TLS_FILES: entry(
    500,
    'TLS_CERTIFICATE_FILE, TLS_KEY_FILE, or ACME_CA_FILE cannot be read, or the key is not that of the certificate.',
  ),
  ERR_CERTIFICATE_AUTHORITY: entry(
    503,
    'The certificate authority does not answer. The service tries again by itself.',
  ),
  ERR_CERTIFICATE_ORDER: entry(
    500,
    'The certificate authority refused the order. Check the DNS records of the domain, and CAA.',
  ),
  ERR_LISTEN: entry(500, 'The service cannot listen on HOST and PORT.'),
  ERR_PAGES_MISSING: entry(500, 'The compiled pages are missing. Run `npm run build`.'),
  ERR_STATE_MARKER_MISSING: entry(
    500,
    'This service did not create the data directory. For a first start, set STATE_INIT=1 on an empty directory.',
  ),
  ERR_STATE_ROLLED_BACK: entry(
    500,
    'The database is older than a replica has seen. Restore the newest state, or set STATE_RESTORED=1 for one start to accept this one.',
  ),
  ERR_STATE_MARKER_MISMATCH: entry(500, 'The data directory belongs to another deployment.'),
  // state
  ERR_DATA_DIR: entry(500, 'The data directory cannot be used.'),
  ERR_DATA_DIR_LOCKED: entry(500, 'Another process is using the data directory.'),
  ERR_DATABASE_URL: entry(500, 'DATABASE_URL is not a valid address of a database.'),
  ERR_DATABASE_VERSION: entry(500, 'The database server is too old.'),
  ERR_DATABASE_SCHEMA: entry(500, 'The tables of the database do not match this release.'),
  ERR_STORE_CONFLICT: entry(409, 'The document changed in the meantime. Try again.', true),
  ERR_STORE_UNAVAILABLE: entry(
    503,
    'The state cannot be read or written at the moment. Try again later.',
    true,
  ),
  ERR_STATE_TAMPERED: entry(
    500,
    'The stored state of this user failed verification. Ask the operator.',
  ),
  ERR_STATE_FILE: entry(400, 'The file is not a complete copy of the state. Export it again.'),
  ERR_STATE_FILE_EXISTS: entry(400, 'The file exists already. Name one that does not.'),
  ERR_STATE_DIFFERS: entry(409, 'The store and the file have different contents.'),
  // local accounts: the command line and programs with a key of their own
  ERR_LOCAL_NODE_URL: entry(400, "The node's URL must be an https origin, or http on loopback."),
  ERR_LOCAL_KEY_MISSING: entry(400, 'No key was given. Use --key-file or SEALWRIGHT_LOCAL_KEY.'),
  ERR_LOCAL_KEY_FILE: entry(
    400,
    'The key file cannot be read, or is not a regular file of at most 4 KiB.',
  ),
  ERR_LOCAL_KEY_FILE_MODE: entry(403, 'Other users can read the key file. Run chmod 600 on it.'),
  ERR_LOCAL_KEY_INVALID: entry(400, 'The key is not a private key of 32 bytes in hex.'),
  ERR_LOCAL_SIGNER_UNKNOWN: entry(
    400,
    'Unsupported signer. Pass an EIP-1193 provider, or an object with `address` and `signMessage`.',
  ),
  ERR_LOCAL_SIGNER_IS_SERVICE: entry(
    409,
    'The signer is Sealwright itself, which sets up the account. Sign in through it instead.',
  ),
  ERR_LOCAL_SIGNER_FAILED: entry(502, 'The signer failed.', true),
  ERR_LOCAL_SIGNATURE_REFUSED: entry(403, 'The signer refused to sign.'),
  ERR_LOCAL_SIGNATURE_INVALID: entry(
    502,
    "The signer's answer is not a valid signature of its address.",
  ),
  ERR_LOCAL_STATE: entry(500, 'The state directory cannot be used.'),
  ERR_LOCAL_OUT: entry(500, 'The session cannot be written to its file.'),
  // enclave
  ERR_ENCLAVE_UNAVAILABLE: entry(503, 'The enclave did not answer.', true),
  ERR_ENCLAVE_REPLY: entry(503, 'The enclave returned an invalid answer.'),
  ERR_KEY_SURFACE: entry(
    500,
    "The enclave's library returned another key than the agent's frozen /GetKey, so every user would get another key. Use the version of the library that this release pins.",
  ),
  ERR_ENCLAVE_CUSTODY: entry(500, 'The keys were not issued by the configured KMS root.'),
  // evidence
  ERR_DEPLOYMENT_UNSAFE: entry(500, 'The measured compose file does not match this configuration.'),
  ERR_NONCE_INVALID: entry(400, 'The nonce must be 64 lower-case hex digits, given once.'),
  ERR_ATTESTATION_BUSY: entry(
    503,
    'Too many quotes are requested at once. Try again in a moment.',
    true,
  ),
  ERR_ATTESTATION_NOT_FOUND: entry(404, 'This attestation document does not exist.'),
  ERR_RECEIPT_NOT_FOUND: entry(
    404,
    'There is no receipt, because this service did not set up the account.',
  ),
} as const satisfies Record<string, ErrorEntry>;
