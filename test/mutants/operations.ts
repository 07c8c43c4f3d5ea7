/** Faults in what operators rely on: health, refused starts, restores, the canary, and the soak. */
import type { Mutant } from './mutant.js';

const DISK = 'test/scenarios/disk-failures.test.ts';
const READINESS = 'test/http/readiness.test.ts';
const REFUSALS = 'test/scenarios/start-refusals.test.ts';
const ENCLAVE = 'test/scenarios/enclave-failures.test.ts';
const RESTORES = 'test/scenarios/restores.test.ts';
const CANARY = 'test/canary/canary.test.ts';
const SOAK = 'test/soak/soak.test.ts';

export const MUTANTS: readonly Mutant[] = [
  {
    id: 'hung-part-is-ready',
    file: 'src/http/readiness.ts',
    from: "const late = (): 'no-answer' => 'no-answer';",
    to: 'const late = () => undefined;',
    killedBy: `${READINESS}: a part that does not answer in time is named, and the other one is still looked at`,
  },
  {
    id: 'unready-logged-at-every-look',
    file: 'src/http/readiness.ts',
    from: "if (!isKnown) logger.error('part-unready'",
    to: "logger.error('part-unready'",
    killedBy: `${READINESS}: each change of a part is logged once`,
  },
  {
    id: 'unready-without-a-name',
    file: 'src/http/middleware/answer-problems.ts',
    from: '...(Array.isArray(unready) ? { unready } : {}),',
    to: '',
    killedBy: `${DISK}: each failure of the disk is named, loses nothing, and passes`,
  },
  {
    id: 'unready-store-not-in-the-metric',
    file: 'src/runtime/metrics.ts',
    from: 'ready.set({ part }, unready.has(part) ? 0 : 1);',
    to: 'ready.set({ part }, 1);',
    killedBy: `${DISK}: each failure of the disk is named, loses nothing, and passes`,
  },
  {
    id: 'full-disk-without-a-reason',
    file: 'src/adapters/json-store/fault-of.ts',
    from: "['ENOSPC', 'no-space'],",
    to: '',
    killedBy: `${DISK}: a full disk stops signatures until there is space again, and loses none`,
  },
  {
    id: 'failed-write-acknowledged',
    file: 'src/adapters/json-store/journal.ts',
    from: 'await this.#cut(file).catch(() => undefined);\n      throw error;',
    to: 'await this.#cut(file).catch(() => undefined);',
    killedBy: `${DISK}: each failure of the disk is named, loses nothing, and passes`,
  },
  {
    id: 'connections-take-every-descriptor',
    file: 'src/compose/limits-of.ts',
    from: 'Math.min(limits.maxConnections, most)',
    to: 'limits.maxConnections',
    killedBy: 'test/http/listen.test.ts: connections leave descriptors for files and for the node',
  },
  {
    id: 'limit-of-open-files-not-read',
    file: 'src/compose/limits-of.ts',
    from: 'openFileLimit(),',
    to: 'Infinity,',
    killedBy:
      'test/scenarios/descriptors.test.ts: more clients than descriptors leave the service its files, and it answers again by itself',
  },
  {
    id: 'refused-directory-without-its-path',
    file: 'src/adapters/json-store/unusable-directory.ts',
    from: 'detail: { path, reason,',
    to: 'detail: { reason,',
    killedBy: `${REFUSALS}: each bad setting is named, and the service does not start`,
  },
  {
    id: 'absent-agent-without-its-endpoint',
    file: 'src/adapters/dstack-enclave.ts',
    from: "const detail = { ...call, reason: 'no connection',",
    to: "const detail = { reason: 'no connection',",
    killedBy: `${REFUSALS}: each bad setting is named, and the service does not start`,
  },
  {
    id: 'refusal-printed-without-its-path',
    file: 'src/main.ts',
    from: "  'path',\n",
    to: '',
    killedBy: `${REFUSALS}: a second service on the same directory is refused`,
  },
  {
    id: 'old-agent-without-a-version-refused',
    file: 'src/adapters/dstack-enclave.ts',
    from: "if (errorCodeOf(error) === 'ERR_ENCLAVE_REPLY') return null;",
    to: '',
    killedBy: `${ENCLAVE}: an agent as old as dstack 0.5.1 is enough to sign and to be attested`,
  },
  {
    id: 'old-agent-without-vm-config-refused',
    file: 'src/adapters/dstack-enclave.ts',
    from: "vm_config: z.string().default(''),",
    to: 'vm_config: z.string(),',
    killedBy: `${ENCLAVE}: an agent as old as dstack 0.5.1 is enough to sign and to be attested`,
  },
  {
    id: 'refused-start-without-its-cause',
    file: 'src/main.ts',
    from: '{ reason: systemReasonOf(error), ...error.detail }',
    to: 'error.detail',
    killedBy:
      'test/scenarios/start-refusals.test.ts: a process that does not start says why a file or a database was not reached',
  },
  {
    id: 'reader-ends-with-a-trace',
    file: 'src/account-check/read-account.ts',
    from: 'return { failure: messageOf(error) };',
    to: 'throw error;',
    killedBy: 'test/local/run-local.test.ts: a node that does not answer is named with the reason',
  },
  {
    id: 'secret-of-a-key-not-wiped',
    file: 'src/keys/service-keys.ts',
    from: '      secret.fill(0);\n      return result;',
    to: '      return result;',
    killedBy:
      'test/keys/service-keys.test.ts: every secret from which the service makes a key is wiped',
  },
  {
    id: 'step-that-is-told-without-its-time',
    file: 'src/provisioning/active-run.ts',
    from: 'watcher(viewStep(step, this.#doneAtMs[step], status))',
    to: 'watcher(viewStep(step, undefined, status))',
    killedBy:
      'test/provisioning/active-run.test.ts: a watcher is told each step as the list of all steps shows it, until it leaves',
  },
  {
    id: 'interrupted-with-a-reason',
    file: 'src/cli/command/run-sign-in.ts',
    from: 'signal.aborted ? undefined : systemReasonOf(error)',
    to: 'systemReasonOf(error)',
    killedBy:
      'test/cli/command.test.ts: after Ctrl-C, what the system said meanwhile is not given as the reason',
  },
  {
    id: 'advice-of-the-auditor-for-everyone',
    file: 'attestation/failure-reason.ts',
    from: "that this system trusts';",
    to: "that this system trusts; --tls-ca names another one';",
    killedBy:
      'test/attestation/failure-reason.test.ts: an unknown authority is one reason, without the options of a command',
  },
  {
    id: 'advice-of-the-auditor-for-no-one',
    file: 'attestation/command/ask-service.ts',
    from: "isUnknownAuthority(cause) ? '; --tls-ca names another one' : ''",
    to: "''",
    killedBy: 'test/attestation/channel-binding.test.ts: a connection that fails says why',
  },
  {
    id: 'reason-said-twice',
    file: 'src/account-check/prove-account.ts',
    from: 'throw new Error(`${this.#url} gave no answer to ${path}`, { cause });',
    to: 'throw new Error(`${this.#url} gave no answer to ${path}: nothing listens there`, { cause });',
    killedBy:
      'test/canary/canary.test.ts: another node than the one of the service fails at the proof',
  },
  {
    id: 'unreadable-directory-as-missing',
    file: 'src/adapters/json-store/unusable-directory.ts',
    from: "if (!hasCode(cause, 'ENOENT', 'ENOTDIR')) throw unusableDirectory(path, cause);",
    to: '',
    killedBy:
      'test/adapters/json-state-store.test.ts: a directory that is missing, is a file, or is not writable is rejected',
  },
  {
    id: 'missing-directory-as-read-only',
    file: 'src/adapters/unix-socket-directory-lock.ts',
    from: '  await requireDirectory(directory);\n',
    to: '',
    killedBy:
      'test/adapters/json-state-store.test.ts: a directory that is missing, is a file, or is not writable is rejected',
  },
  {
    id: 'missing-state-file-as-a-bug',
    file: 'src/state-transfer/run-state.ts',
    from: "if (!(error instanceof Error && 'syscall' in error)) return undefined;",
    to: 'return undefined;',
    killedBy:
      'test/state-transfer/state.test.ts: a file that cannot be read or written is named with the reason',
  },
  {
    id: 'stale-lock-kept',
    file: 'src/adapters/unix-socket-directory-lock.ts',
    from: '    await moveAway(path);\n',
    to: '',
    killedBy:
      'test/adapters/json-state-store.test.ts: a process that is killed while it writes loses no acknowledged write',
  },
  {
    id: 'lost-volume-looks-new',
    file: 'src/accounts/store-marker.ts',
    from: 'if (stored === undefined && !mayInitialize) {',
    to: 'if (false) {',
    killedBy: `${RESTORES}: a volume that was lost is restored from a backup, and people go on as before`,
  },
  {
    id: 'volume-of-another-application',
    file: 'src/accounts/store-marker.ts',
    from: 'if (stored !== undefined && differing.length > 0 && !mayInitialize) {',
    to: 'if (false) {',
    killedBy: `${RESTORES}: a backup moves to another instance of the application, and to no other application`,
  },
  {
    id: 'first-release-unreadable',
    file: 'src/accounts/user-codec.ts',
    from: 'z.union([userDocumentSchema, deletedUserSchema, legacyUserSchema]),',
    to: 'z.union([userDocumentSchema, deletedUserSchema]),',
    killedBy: `${RESTORES}: a volume of the first release is read with every key, name, preference and entry`,
  },
  {
    id: 'canary-believes-the-service',
    file: 'scripts/canary/run-canary.ts',
    from: 'if (proved) return;',
    to: 'return;',
    killedBy: `${CANARY}: an account of which the node lost a part fails at the proof`,
  },
  {
    id: 'canary-that-always-passes',
    file: 'scripts/canary.ts',
    from: 'return report.isWhole ? 0 : 1;',
    to: 'return 0;',
    killedBy: `${CANARY}: the command exits with 1 for a service that is down, and says so in both forms`,
  },
  {
    id: 'canary-waits-for-a-refused-set-up',
    file: 'scripts/canary/run-canary.ts',
    from: "if (status === 'complete') return;",
    to: "if (status !== 'pending') return;",
    killedBy: `${CANARY}: a set-up that does not complete in time, or that the node refuses, fails`,
  },
  {
    id: 'soak-forgets-signatures',
    file: 'scripts/soak/judge-person.ts',
    from: 'if (missing.length > 0)',
    to: 'if (false)',
    killedBy: `${SOAK}: what was acknowledged and is not in the state is a problem`,
  },
  {
    id: 'soak-forgets-sessions',
    file: 'scripts/soak/soak-actions.ts',
    from: 'if (reply.status === (isOpen ? 200 : 401)) return;',
    to: 'if (reply.status > 0) return;',
    killedBy: `${SOAK}: what was acknowledged and is not in the state is a problem`,
  },
  {
    id: 'soak-accepts-any-answer',
    file: 'scripts/soak/soak-ledger.ts',
    from: 'const isDocumented = status === 200 ||',
    to: 'const isDocumented = status > 0 ||',
    killedBy: `${SOAK}: only a signature and a documented refusal are answers to a sign request`,
  },
  {
    id: 'soak-accepts-growth',
    file: 'scripts/soak/soak-report.ts',
    from: 'const GROWTH = 1.1;',
    to: 'const GROWTH = 2;',
    killedBy: `${SOAK}: memory or descriptors that grow by more than a tenth are a problem`,
  },
  {
    id: 'stand-in-fault-for-every-request',
    file: 'scripts/stand-ins/tinycloud-node/http/fault.ts',
    from: ' && randomInt(MILLION) < perMillion',
    to: '',
    killedBy:
      'test/stand-ins/node-faults.test.ts: a percentage limits a fault to a part of the requests',
  },
  {
    id: 'a-closed-pipe-ends-a-command',
    file: 'src/console/closed-pipes.ts',
    from: "if (error.code !== 'EPIPE') throw error;",
    to: 'throw error;',
    killedBy:
      'test/commands.test.ts: dist/scripts/compose-hash.js does not fail when nobody reads what it writes',
  },
  {
    id: 'a-closed-pipe-ends-the-verifier',
    file: 'attestation/command.ts',
    from: "if (error.code !== 'EPIPE') throw error;",
    to: 'throw error;',
    killedBy:
      'test/commands.test.ts: dist/attestation/command.js does not fail when nobody reads what it writes',
  },
  {
    id: 'a-closed-pipe-ends-a-local-sign-in',
    file: 'scripts/sign-in.ts',
    from: 'ignoreClosedPipes(process);',
    to: '',
    killedBy:
      'test/commands.test.ts: dist/scripts/sign-in.js does not fail when nobody reads what it writes',
  },
  {
    id: 'a-closed-pipe-of-errors-ends-a-command',
    file: 'src/console/closed-pipes.ts',
    from: 'for (const stream of [stdout, stderr]) {',
    to: 'for (const stream of [stdout, stdout]) {',
    killedBy:
      'test/commands.test.ts: dist/scripts/compose-hash.js does not fail when nobody reads what it writes',
  },
  {
    id: 'a-closed-pipe-of-errors-ends-the-verifier',
    file: 'attestation/command.ts',
    from: 'for (const stream of [stdout, stderr]) {',
    to: 'for (const stream of [stdout, stdout]) {',
    killedBy:
      'test/commands.test.ts: dist/attestation/command.js does not fail when nobody reads what it writes',
  },
];
