/**
 * Faults in what the verifier makes of connections and certificates, and in how a platform's
 * commands are rendered.
 */
import type { Mutant } from './mutant.js';

const CAA = 'test/attestation/caa.test.ts';
const CAPTURED = 'test/attestation/captured-channel.test.ts';
const PHALA = 'test/deployment/phala-cloud.test.ts';
const EVIDENCE = 'test/browser/account-evidence.test.ts';
const LIMIT = 'attestation/channel/caa-limit.ts';
const JUDGE = 'attestation/channel/judge-channel.ts';
const LOOK = 'attestation/collect/look-up-caa.ts';

const open = (what: string): string =>
  `${CAA}: records with ${what} do not limit certificates to the account`;

export const MUTANTS: readonly Mutant[] = [
  {
    id: 'caa-any-account',
    file: LIMIT,
    from: 'accounts.length === 1 && accounts[0] === account',
    to: 'accounts.length === 1',
    killedBy: open('another account'),
  },
  {
    id: 'caa-two-accounts',
    file: LIMIT,
    from: 'accounts.length === 1 && accounts[0] === account',
    to: 'accounts.includes(account)',
    killedBy: open('two accounts in one record'),
  },
  {
    id: 'caa-malformed-parameter',
    file: LIMIT,
    from: ' || parameters.includes(null)',
    to: '',
    killedBy: open('a malformed parameter'),
  },
  {
    id: 'caa-one-good-record-is-enough',
    file: LIMIT,
    from: "if (named.includes('others')) return open",
    to: "if (!named.includes('the account')) return open",
    killedBy: open('another authority as well, and no wildcard above'),
  },
  {
    id: 'caa-nobody-counts-as-the-account',
    file: LIMIT,
    from: "if (!named.includes('the account')) {",
    to: 'if (named.length === 0) {',
    killedBy: open('no account at all'),
  },
  {
    id: 'caa-wildcards-forgotten',
    file: LIMIT,
    from: 'if (parent !== null && allowed',
    to: 'if (parent === own && allowed',
    killedBy: open('the account, and any wildcard above'),
  },
  {
    id: 'caa-alias-trusted',
    file: LIMIT,
    from: 'if (alias !== null) return',
    to: "if (alias === '') return",
    killedBy: `${CAA}: an alias limits nothing, because the owner of the other name decides`,
  },
  {
    id: 'caa-farther-name',
    file: LOOK,
    from: 'if (found.length > 0) return',
    to: 'if (found.length > 0 && above > 0) return',
    killedBy: `${CAA}: records, aliases and failures are read from a name server`,
  },
  {
    id: 'caa-failure-is-nothing',
    file: LOOK,
    from: "new Set(['ENODATA', 'ENOTFOUND'])",
    to: "new Set(['ENODATA', 'ENOTFOUND', 'ESERVFAIL'])",
    killedBy: `${CAA}: records, aliases and failures are read from a name server`,
  },
  {
    id: 'caa-without-a-deadline',
    file: LOOK,
    from: 'Promise.race([look(name, resolver).catch(failed), late])',
    to: 'look(name, resolver).catch(failed)',
    killedBy: `${CAA}: an error, a silent DNS and a host without a name are no answer, which limits nothing`,
  },
  {
    id: 'caa-not-demanded',
    file: JUDGE,
    from: "caa === 'account');",
    to: 'false);',
    killedBy: `${CAA}: a policy that demands it rejects what is not limited, and any other one reports it`,
  },
  {
    id: 'record-passes',
    file: JUDGE,
    from: "findings.judge(id, status === 'pass' ? 'info' : status, said, expected);",
    to: 'findings.judge(id, status, said, expected);',
    killedBy: `${CAPTURED}: a captured bundle says what was seen of the connection, and never passes for it`,
  },
  {
    id: 'record-never-contradicts',
    file: JUDGE,
    from: "findings.judge(id, status === 'pass' ? 'info' : status, said, expected);",
    to: "findings.judge(id, 'info', said, expected);",
    killedBy: `${CAPTURED}: a record of another connection, key or name contradicts the document`,
  },
  {
    id: 'record-of-the-service',
    file: 'attestation/verify.ts',
    from: 'options.askedUrl !== undefined && bundle.captured !== undefined',
    to: 'options.askedUrl === undefined && bundle.captured === null',
    killedBy: `${CAPTURED}: a bundle without a record leaves the connection open, and a live reply cannot bring one`,
  },
  {
    id: 'check-never-bound',
    file: 'src/deployment/seen-from-here.ts',
    from: "{ holds: false, line: 'channel: not bound, although the service ends TLS itself' }",
    to: "{ holds: true, line: 'channel: not bound, although the service ends TLS itself' }",
    killedBy: `${CAPTURED}: the check of a deployment says whether the connection is bound`,
  },
  {
    id: 'gateway-address-is-fine',
    file: 'src/deployment/seen-from-here.ts',
    from: 'holds: !isCounted,',
    to: 'holds: true,',
    killedBy:
      'test/deployment/seen-from-here.test.ts: under a file that counts them, addresses that are gateway fail',
  },
  {
    id: 'acme-without-caa',
    file: 'src/deployment/derive-policy.ts',
    from: "mode === 'acme' ? { caa: 'account' } : {}",
    to: '{}',
    killedBy:
      'test/deployment/render.test.ts: a deployment that ends TLS in the service has a policy that demands it and the binding',
  },
  {
    id: 'phala-name-unchecked',
    file: 'src/deployment/platform-commands.ts',
    from: '!PHALA_NAME.test(operator.name)',
    to: "operator.name === ''",
    killedBy: `${PHALA}: a name that the platform refuses is refused before`,
  },
  {
    id: 'kill-switch-unnamed',
    file: 'src/deployment/platform-commands.ts',
    from: "${script(operator)} ${environment('on', isShared)}`;",
    to: '${script(operator)}`;',
    killedBy: `${PHALA}: each command that sends values names the kill switch, so that the hash stays when it is used`,
  },
  {
    id: 'application-id-forgotten',
    file: 'src/deployment/platform-commands.ts',
    from: "appId === undefined ? '' : ` --app-id ${appId}`",
    to: "appId === undefined ? '' : ''",
    killedBy:
      'test/deployment/vmm-commands.test.ts: the application keeps its id, and the kill switch comes from a file with the measured names',
  },
  {
    id: 'picture-of-another-statement',
    file: 'src/account-page/check-evidence.ts',
    from: 'endOfTls: isQuoted ? endOfTlsIn(statement) : undefined,',
    to: 'endOfTls: endOfTlsIn(statement),',
    killedBy: `${EVIDENCE}: a changed response is never shown as checked at the changed part`,
  },
  {
    id: 'channel-shown-as-checked',
    file: 'src/account-page/check-evidence.ts',
    from: "  id: 'channel',\n  verdict: 'not-checked',",
    to: "  id: 'channel',\n  verdict: 'checked',",
    killedBy: `${EVIDENCE}: a consistent forgery leads to no verdict, and a claim of real hardware is not shown as checked`,
  },
];
