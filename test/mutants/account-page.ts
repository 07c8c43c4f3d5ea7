/**
 * Faults in the account page: changes without the question, and evidence that looks better than it
 * is.
 */
import type { Mutant } from './mutant.js';

const ACCOUNT = 'test/browser/account.test.ts';
const EVIDENCE = 'test/browser/account-evidence.test.ts';
const EXPORTED = 'a key is exported only with two equal passphrases and its name';
const DELETED =
  'an account is deleted after its phrase is entered, and the page shows what remains';
const CODES =
  'recovery codes are shown once, close only after a confirmation, and one of them signs in';
const CHANGED = 'a changed response is never shown as checked at the changed part';
const GENUINE =
  'for a genuine response the page shows five checks, what was not checked, and that it is simulated';
const FORGED =
  'a consistent forgery leads to no verdict, and a claim of real hardware is not shown as checked';
const OLD =
  'with an old sign-in a switch is turned on only after a question and a new sign-in, and turned off at once';

export const MUTANTS: readonly Mutant[] = [
  {
    id: 'account-read-after-the-script',
    file: 'src/http/pages/account-page.ts',
    from: "data: ['/api/account'],",
    to: '',
    killedBy: `${ACCOUNT}: the account is read once, beside the script and not after it`,
  },
  {
    id: 'export-with-different-passphrases',
    file: 'src/account-page/export-key.ts',
    from: "if (passphrase !== again) return t('The two passphrases differ.');",
    to: '',
    killedBy: `${ACCOUNT}: ${EXPORTED}`,
  },
  {
    id: 'page-exports-without-confirmation',
    file: 'src/account-page/export-key.ts',
    from: 'confirmation === phraseOf(key)',
    to: "confirmation !== ''",
    killedBy: `${ACCOUNT}: ${EXPORTED}`,
  },
  {
    id: 'deletion-without-its-phrase',
    file: 'src/account-page/ask.ts',
    from: 'return text === field.expected ? undefined',
    to: "return text !== '' ? undefined",
    killedBy: `${ACCOUNT}: ${DELETED}`,
  },
  {
    id: 'change-of-another-account',
    file: 'src/account-page/desk.ts',
    from: '      await requireAccount(this.account.id);\n      return work();',
    to: '      return work();',
    killedBy: `${ACCOUNT}: a sign-in to another account changes neither account`,
  },
  {
    id: 'codes-closed-without-confirmation',
    file: 'src/account-page/recovery-card.ts',
    from: 'if (isSafe.checked) void',
    to: 'void isSafe; if (codes.length > 0) void',
    killedBy: `${ACCOUNT}: ${CODES}`,
  },
  {
    id: 'codes-closed-by-escape',
    file: 'src/account-page/recovery-card.ts',
    from: 'hasNoCancel: true,',
    to: '',
    killedBy: `${ACCOUNT}: ${CODES}`,
  },
  {
    id: 'switch-without-a-proof',
    file: 'src/account-page/desk.ts',
    from: "await provePresence(isOld ? 'step-up' : 'session-over');",
    to: '',
    killedBy: `${ACCOUNT}: ${OLD}`,
  },
  {
    id: 'evidence-digest-not-compared',
    file: 'src/account-page/check-evidence.ts',
    from: "digest === text(answer['report_data']) &&",
    to: '',
    killedBy: `${EVIDENCE}: ${CHANGED}`,
  },
  {
    id: 'evidence-binding-not-compared',
    file: 'src/account-page/check-evidence.ts',
    from: "digest === text(binding['report_data']);",
    to: "binding['report_data'] !== '';",
    killedBy: `${EVIDENCE}: ${CHANGED}`,
  },
  {
    id: 'evidence-quote-not-read',
    file: 'src/account-page/check-evidence.ts',
    from: "isDigest && digest === reportDataIn(text(answer['quote']))",
    to: "isDigest && reportDataIn(text(answer['quote'])) !== ''",
    killedBy: `${EVIDENCE}: ${CHANGED}`,
  },
  {
    id: 'evidence-of-another-request',
    file: 'src/account-page/check-evidence.ts',
    from: "if (statement['nonce'] === nonce) return true;",
    to: 'return true;',
    killedBy: `${EVIDENCE}: ${CHANGED}`,
  },
  {
    id: 'evidence-of-another-time',
    file: 'src/account-page/check-evidence.ts',
    from: 'ageMs <= FRESH_MS',
    to: 'ageMs <= Infinity',
    killedBy: `${EVIDENCE}: ${CHANGED}`,
  },
  {
    id: 'evidence-of-another-origin',
    file: 'src/account-page/check-evidence.ts',
    from: "config['PUBLIC_ORIGIN'] === origin",
    to: "config['PUBLIC_ORIGIN'] !== ''",
    killedBy: `${EVIDENCE}: ${CHANGED}`,
  },
  {
    id: 'hardware-shown-as-checked',
    file: 'src/account-page/check-evidence.ts',
    from: "id: 'mode',\n    verdict: 'not-checked',",
    to: "id: 'mode',\n    verdict: isClaimed ? 'checked' : 'not-checked',",
    killedBy: `${EVIDENCE}: ${FORGED}`,
  },
  {
    id: 'limits-of-the-page-not-named',
    file: 'src/account-page/check-evidence.ts',
    from: "...BEYOND.map((what): Line => ({ id: 'beyond', verdict: 'not-checked', text: what })),",
    to: "...BEYOND.slice(1).map((what): Line => ({ id: 'beyond', verdict: 'not-checked', text: what })),",
    killedBy: `${EVIDENCE}: ${GENUINE}`,
  },
  {
    id: 'nonce-proved-at-any-place',
    file: 'src/account-page/nonce-proof.ts',
    from: 'return index < size && used === path.length && isRoot;',
    to: 'return used <= path.length && isRoot;',
    killedBy:
      'test/pages/nonce-proof.test.ts: each nonce of a tree of any size is proved at its place and at no other',
  },
  {
    id: 'root-of-any-length-proves',
    file: 'src/account-page/nonce-proof.ts',
    from: ' && root.length === 32',
    to: '',
    killedBy:
      'test/pages/nonce-proof.test.ts: a root that is shorter or longer than a hash proves nothing',
  },
];
