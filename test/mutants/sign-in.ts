/** Faults in signing in: with wallets and with passkeys. */
import type { Mutant } from './mutant.js';

const VARIETY = 'test/sign-in/passkey-variety.test.ts';
const WALLETS = 'test/scenarios/wallet-sign-in.test.ts';
const FORMS = 'test/protocol/wallet-signature.test.ts';
const RECOVERY = 'test/scenarios/recovery.test.ts';
const APPROVALS = 'test/sign-in/approve-with-passkey.test.ts';

export const MUTANTS: readonly Mutant[] = [
  {
    id: 'reordered-assertion-blocks',
    file: 'src/sign-in/use-passkey.ts',
    from: "if (isEarlier) throw new ServiceError('ERR_PASSKEY_OUTDATED');",
    to: '',
    killedBy: `${VARIETY}: assertions that arrive out of order block no passkey`,
  },
  {
    id: 'copied-passkey-only-refused',
    file: 'src/sign-in/use-passkey.ts',
    from: 'used.issuedAtMs < (known.lastUsedAtMs ?? known.addedAtMs)',
    to: 'true',
    killedBy: `${VARIETY}: a lower counter with a challenge from after the last use marks the passkey`,
  },
  {
    id: 'synced-passkey-must-count',
    file: 'src/sign-in/use-passkey.ts',
    from: "if (known.deviceType === 'multiDevice') return false;",
    to: '',
    killedBy: `${VARIETY}: a synced passkey may stop counting`,
  },
  {
    id: 'blocked-passkey-serves',
    file: 'src/sign-in/use-passkey.ts',
    from: 'if (known.clonedAtMs !== undefined) return refuse(user, known, nowMs);',
    to: '',
    killedBy:
      'test/sign-in/passkey-refusals.test.ts: a passkey whose counter goes backward is blocked until it is removed, and only its sessions end',
  },
  {
    id: 'unblocked-passkey-keeps-its-count',
    file: 'src/sign-in/credentials.ts',
    from: 'counter: 0,',
    to: 'counter: 1_000_000,',
    killedBy: `${VARIETY}: the owner unblocks a passkey from another credential, and only from another`,
  },
  {
    id: 'unblock-what-is-not-blocked',
    file: 'src/sign-in/credentials.ts',
    from: "if (signsIn(blocked)) throw new ServiceError('ERR_CREDENTIAL_NOT_FOUND');",
    to: '',
    killedBy: `${VARIETY}: the owner unblocks a passkey from another credential, and only from another`,
  },
  {
    id: 'approval-by-a-passkey-copied-since',
    file: 'src/sign-in/approve-with-passkey.ts',
    from: "if (passkey.clonedAtMs !== undefined) throw new ServiceError('ERR_PASSKEY_CLONED');",
    to: '',
    killedBy: `${APPROVALS}: an approval is refused if its passkey was removed or marked as cloned since`,
  },
  {
    id: 'registration-under-another-id',
    file: 'src/sign-in/verify-passkey.ts',
    from: 'id !== registration.id || ',
    to: '',
    killedBy: `${VARIETY}: a registration with an id other than the attested one is rejected`,
  },
  {
    id: 'attempts-at-one-challenge-uncounted',
    file: 'src/sign-in/sign-in-with-passkey.ts',
    from: 'await countAttempt(challenge);',
    to: '',
    killedBy: `${VARIETY}: answers to one challenge are verified at most ten times`,
  },
  {
    id: 'link-challenge-for-anybody',
    file: 'src/sign-in/wallet-challenge.ts',
    from: 'address, kind, userId, issuedAtMs, random]',
    to: 'address, kind, issuedAtMs, random]',
    killedBy: `${WALLETS}: a challenge that adds a wallet to one account is invalid for any other`,
  },
  {
    id: 'removed-wallet-signs-in',
    file: 'src/sign-in/sign-in-with-wallet.ts',
    from: "if (!hasWallet(known, address)) throw new ServiceError('ERR_CREDENTIAL_REMOVED');",
    to: '',
    killedBy: `${WALLETS}: a wallet that was removed from its account cannot sign in`,
  },
  {
    id: 'signature-of-another-wallet',
    file: 'src/sign-in/prove-wallet.ts',
    from: 'publicKey !== undefined && addressOfPublicKey(publicKey) === address',
    to: 'publicKey !== undefined',
    killedBy:
      'test/scenarios/bad-input.test.ts: a challenge is valid once, unaltered, before its expiry and signed by its wallet',
  },
  {
    id: 'both-halves-of-s',
    file: 'src/protocol/wallet-signature.ts',
    from: 's <= ORDER / 2n',
    to: 's < ORDER',
    killedBy: `${FORMS}: a signature with s in the upper half is rejected`,
  },
  {
    id: 'parity-of-the-short-form-ignored',
    file: 'src/protocol/wallet-signature.ts',
    from: 'parityByte >= 0x80 ? 1 : 0',
    to: '0',
    killedBy: `${FORMS}: every form of a signature that wallets return is parsed to the same parts`,
  },
  {
    id: 'nonsense-counts-as-a-sign-in',
    file: 'src/http/limits/request-limits.ts',
    from: "rateClass === 'sign-in' ? 'look' : 'take'",
    to: "'take'",
    killedBy:
      'test/scenarios/limits.test.ts: verifications without a challenge of ours do not use the limits of others',
  },
  {
    id: 'shared-address-counts',
    file: 'src/limits/limiters.ts',
    from: "addresses === 'socket' || !name.endsWith('@address')",
    to: 'true',
    killedBy: 'test/scenarios/limits.test.ts: with a shared address nothing is counted on it',
  },
  {
    id: 'idle-connections-keep-their-place',
    file: 'src/http/listen.ts',
    from: 'if (open >= most) server.closeIdleConnections();',
    to: '',
    killedBy:
      'test/http/listen.test.ts: idle connections give way to new ones, however many there are',
  },
  {
    id: 'ready-after-the-clock-went-back',
    file: 'src/http/readiness.ts',
    from: 'ageMs < 0 || ',
    to: '',
    killedBy:
      'test/http/readiness.test.ts: after the clock is set back readiness is checked again at once',
  },
  {
    id: 'probe-with-an-empty-file',
    file: 'src/adapters/json-state-store.ts',
    from: "'x'.repeat(64 * 1024)",
    to: "''",
    killedBy:
      'test/adapters/json-state-store.test.ts: a directory that accepts an empty file but no document is not writable',
  },
  {
    id: 'odd-file-names-listed',
    file: 'src/adapters/json-store/document-files.ts',
    from: 'isStoreName(id) && id > after',
    to: 'id > after',
    killedBy:
      'test/adapters/json-state-store.test.ts: files without the name of a document are not listed',
  },
  {
    id: 'any-app-origin',
    file: 'src/config-rules.ts',
    from: 'HOST_NAME.test(url.hostname)',
    to: 'true',
    killedBy:
      'test/config.test.ts: APP_ORIGINS=https://*.example is refused in production, and the entry is named',
  },
  {
    id: 'used-recovery-code-signs-in',
    file: 'src/sign-in/recovery.ts',
    from: 'found === undefined || found.usedAtMs !== undefined',
    to: 'found === undefined',
    killedBy: `${RECOVERY}: one code signs in once, adds a way to sign in, and counts down`,
  },
  {
    id: 'recovery-is-never-locked',
    file: 'src/sign-in/recovery.ts',
    from: '      requireUnlocked(user, nowMs);\n',
    to: '',
    killedBy: `${RECOVERY}: twenty wrong codes lock the codes for an hour and no other way to sign in`,
  },
  {
    id: 'recovery-lock-never-ends',
    file: 'src/sign-in/recovery.ts',
    from: 'ageMs >= 0 && ageMs < WRONG_WINDOW_MS ? wrong',
    to: 'ageMs >= 0 ? wrong',
    killedBy: `${RECOVERY}: twenty wrong codes lock the codes for an hour and no other way to sign in`,
  },
  {
    id: 'sessions-of-old-codes-stay',
    file: 'src/sign-in/recovery.ts',
    from: 'id === session.id || !old.has(credentialId)',
    to: "id !== '' || !old.has(credentialId)",
    killedBy: `${RECOVERY}: new codes replace the old ones and end the sessions that those began`,
  },
  {
    id: 'another-site-recovers',
    file: 'src/http/routes/recovery-routes.ts',
    from: '        requireOwnOrigin(header, config.PUBLIC_ORIGIN);\n',
    to: '',
    killedBy: `${RECOVERY}: another site cannot use a code`,
  },
  {
    id: 'recovered-session-is-fresh',
    file: 'src/accounts/session-rules.ts',
    from: "  if (freshness === 'recent-or-recovered' && isFreshlyRecovered",
    to: '  if (isFreshlyRecovered',
    killedBy: `${RECOVERY}: a session that a code began may add a way to sign in for five minutes, and nothing else that needs a proof`,
  },
  {
    id: 'deleted-account-leaves-set',
    file: 'src/accounts/erase-account.ts',
    from: '  if (recoverySetId !== undefined) await recoverySets.remove(recoverySetId);\n',
    to: '',
    killedBy: `${RECOVERY}: no file and no log line contains a code, and a deleted account leaves no set behind`,
  },
];
