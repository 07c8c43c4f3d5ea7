/** Faults in the verifier: a verdict that is kinder than the facts. */
import type { Mutant } from './mutant.js';

const MINTED = 'test/attestation/minted-evidence.test.ts';
const SYNTHETIC = 'test/attestation/synthetic-verdicts.test.ts';
const CUSTODY = 'test/attestation/custody-and-state.test.ts';
const RECEIPT = 'test/attestation/receipt-plan.test.ts';
const NAME = 'test/attestation/channel-name.test.ts';
const LIVE = 'test/attestation/command-live.test.ts';
const RELAXED = 'test/attestation/relaxed-rules.test.ts';
const MISSES = 'test/attestation/policy-misses.test.ts';
const FETCH = 'test/attestation/fetch-collateral.test.ts';
const LINT = 'test/attestation/compose-lint.test.ts';
const CHANNEL = 'test/attestation/channel-binding.test.ts';
const LEVELS = 'test/attestation/tcb-levels.test.ts';

const minted = (what: string, says: string, fails: string): string =>
  `${MINTED}: ${what}: dcap-qvl says ${says}, and ${fails} fails`;

export const MUTANTS: readonly Mutant[] = [
  {
    id: 'current-level-unjudged',
    file: 'attestation/platform/tee-tcb-svns.ts',
    from: 'teeTcbSvn2 === undefined ? [atLaunch]',
    to: 'true ? [atLaunch]',
    killedBy: minted(
      'a current platform that is out of date, which only a policy refuses',
      'UpToDate',
      'tcb.status',
    ),
  },
  {
    id: 'launch-level-unjudged',
    file: 'attestation/platform/tee-tcb-svns.ts',
    from: ": [atLaunch, { when: 'now', svns: teeTcbSvn2 }]",
    to: ": [{ when: 'now', svns: teeTcbSvn2 }]",
    killedBy: minted(
      'a module at launch that is too old, under a current one that is not',
      'UpToDate',
      'quote.second-opinion, tcb.module',
    ),
  },
  {
    id: 'better-level-counts',
    file: 'attestation/platform/tee-tcb-svns.ts',
    from: 'judged.every(',
    to: 'judged.some(',
    killedBy: minted(
      'a current module that is out of date, which only a policy refuses',
      'UpToDate',
      'tcb.module',
    ),
  },
  {
    id: 'second-opinion-unknown-level',
    file: 'attestation/evidence/second-opinion.ts',
    from: "...(whole === undefined ? ['it does not judge a part that matches no level'] : []),",
    to: '',
    killedBy: minted(
      'a current module that is too old',
      'UpToDate',
      'quote.second-opinion, tcb.module',
    ),
  },
  {
    id: 'second-opinion-revoked-level',
    file: 'attestation/evidence/second-opinion.ts',
    from: "...(whole === 'Revoked' && status !== 'Revoked' ? ['it does not judge what is revoked'] : []),",
    to: '',
    killedBy: minted(
      'a current module that is revoked',
      'UpToDate',
      'quote.second-opinion, tcb.module',
    ),
  },
  {
    id: 'whole-without-module',
    file: 'attestation/platform/judge-platform.ts',
    from: "module === 'with-platform' ? [level] : [level, module]",
    to: '[level]',
    killedBy: minted('a revoked module', 'UpToDate', 'quote.second-opinion, tcb.module'),
  },
  {
    id: 'whole-without-quoting-enclave',
    file: 'attestation/platform/judge-platform.ts',
    from: 'combinedStatus([findQeLevel(quote.qeReport, qeIdentity), ...levels])',
    to: 'combinedStatus(levels)',
    killedBy: `${SYNTHETIC}: our status is never better than that of the Rust verifier`,
  },
  {
    id: 'module-status-unknown',
    file: 'attestation/platform/tcb-module.ts',
    from: "...(isKnown ? [] : ['modules cannot have this status']),",
    to: '',
    killedBy: `${SYNTHETIC}: our own checks accept nothing that the Rust verifier rejects`,
  },
  {
    id: 'enclave-status-unknown',
    file: 'attestation/platform/qe-status.ts',
    from: "...(isKnown ? [] : ['quoting enclaves cannot have this status']),",
    to: '',
    killedBy: `${LEVELS}: a level of the quoting enclave counts only with a status that Intel defines for it`,
  },
  {
    id: 'relaxed-for-real-hardware',
    file: 'attestation/policy/relaxed-rules.ts',
    from: 'if (root.isHardware) return NOTHING_RELAXED;',
    to: '',
    killedBy: `${RELAXED}: no rule is relaxed for the root of real hardware, even if a policy says so`,
  },
  {
    id: 'relaxed-silently',
    file: 'attestation/platform-checks.ts',
    from: 'findings.headlines.push(...describeRelaxed(relaxed));',
    to: '',
    killedBy: `${RELAXED}: evidence in the form of dstack's simulator is accepted with both rules relaxed, and both are named`,
  },
  {
    id: 'any-signer-name',
    file: 'attestation/evidence/signed-json.ts',
    from: 'expect(named || anySignerName,',
    to: 'expect(true || named || anySignerName,',
    killedBy: `${RELAXED}: the same evidence is rejected with the name of the signer not relaxed`,
  },
  {
    id: 'miss-hides-failure',
    file: 'attestation/report.ts',
    from: '(earlier.isMiss === true && later.isMiss !== true)',
    to: 'false',
    killedBy: `${MISSES}: an event that the policy does not list is a miss, and a forged boot is a failure of evidence`,
  },
  {
    id: 'header-missing-silently',
    file: 'attestation/collect/fetch-collateral.ts',
    from: "throw new Error(`the reply has no header ${names.join(' or ')}`)",
    to: "return ''",
    killedBy: `${FETCH}: a reply without the header SGX-PCK-CRL-Issuer-Chain is an error that names it`,
  },
  {
    id: 'ports-not-restricted',
    file: 'attestation/application/lint-port-policy.ts',
    from: 'restrict_mode: z.literal(true)',
    to: 'restrict_mode: z.boolean()',
    killedBy: `${LINT}: a file that breaks app-compose-port-policy fails with that rule only`,
  },
  {
    id: 'data-dir-beside-its-volume',
    file: 'attestation/application/lint-mounts.ts',
    from: 'path.startsWith(`${target}/`)',
    to: 'path.startsWith(target)',
    killedBy: `${LINT}: a file that breaks data-dir-volume fails with that rule only`,
  },
  {
    id: 'no-kms-named-anywhere',
    file: 'attestation/application/lint-app-compose.ts',
    from: "isEmpty(id) ? platform === 'phala-cloud' :",
    to: 'isEmpty(id) ? true :',
    killedBy: `${LINT}: a file that breaks app-compose-key-provider-id fails with that rule only`,
  },
  {
    id: 'any-feature-of-the-platform',
    file: 'attestation/application/lint-app-compose.ts',
    from: 'features.every((name) => PHALA_FEATURES.has(name))',
    to: 'features.length > 0',
    killedBy:
      'test/deployment/phala-cloud.test.ts: a file with a feature that is not known is rejected at compose.lint, and its hash is not in the policy',
  },
  {
    id: 'certificate-is-enough',
    file: 'attestation/channel/judge-channel.ts',
    from: 'return channel !== undefined && covered === bindNonce(nonce, channel.exporter);',
    to: 'return channel !== undefined && covered !== nonce;',
    killedBy: `${CHANNEL}: a relay with the certificate and its key is rejected at channel.binding alone`,
  },
  {
    id: 'any-certificate',
    file: 'attestation/channel/judge-channel.ts',
    from: 'tls !== undefined && measured === attested',
    to: 'tls !== undefined',
    killedBy: `${CHANNEL}: a relay with another certificate is rejected at channel.certificate as well`,
  },
  {
    id: 'binding-not-demanded',
    file: 'attestation/channel/judge-channel.ts',
    from: "channel === 'bound');",
    to: 'false);',
    killedBy: `${CHANNEL}: a document of a service behind a gateway is reported, and rejected if the policy demands more`,
  },
  {
    id: 'module-identity-twice',
    file: 'attestation/platform/tcb-module.ts',
    from: 'named.length === 1 ? named[0] : undefined',
    to: 'named[0]',
    killedBy: `${LEVELS}: a module with an identity that is there twice: fail`,
  },
  {
    id: 'enclave-data-length',
    file: 'attestation/evidence/tdx-quote.ts',
    from: "expect(reader.u16() === QE_AUTH_DATA_BYTES, CHECK, 'QE authentication data are not 32 bytes');",
    to: 'reader.u16();',
    killedBy: `${SYNTHETIC}: our own checks accept nothing that the Rust verifier rejects`,
  },
  {
    id: 'combined-outdated-configuration',
    file: 'attestation/platform/tcb-level.ts',
    from: "return needs('Configuration') ? 'OutOfDateConfigurationNeeded' : 'OutOfDate';",
    to: "return 'OutOfDate';",
    killedBy: `${LEVELS}: parts that are OutOfDate, ConfigurationNeeded are together OutOfDateConfigurationNeeded`,
  },
  {
    id: 'relay-under-another-host',
    file: 'attestation/channel/channel-name.ts',
    from: 'asked.hostname === origin.hostname && portOf',
    to: 'portOf',
    killedBy: `${NAME}: https://relay.example is not the attested name https://keys.example (production, PORT 3001)`,
  },
  {
    id: 'relay-under-another-port',
    file: 'attestation/channel/channel-name.ts',
    from: 'asked.hostname === origin.hostname && portOf(asked) === portOf(origin);',
    to: 'asked.hostname === origin.hostname;',
    killedBy: `${NAME}: https://keys.example:8443 is not the attested name https://keys.example (production, PORT 3001)`,
  },
  {
    id: 'any-port-in-production',
    file: 'attestation/channel/channel-name.ts',
    from: "config['SEALWRIGHT_MODE'] === 'development' && ",
    to: '',
    killedBy: `${NAME}: http://127.0.0.1:3002 is not the attested name http://localhost:3001 (production, PORT 0)`,
  },
  {
    id: 'relay-accepted',
    file: 'attestation/command/run-command.ts',
    from: 'askedUrl: isUrl(target) ? target : undefined,',
    to: '',
    killedBy: `${LIVE}: a service is accepted under the name that it attests, and a relay in front of it is not`,
  },
  {
    id: 'relay-captured',
    file: 'attestation/command/run-command.ts',
    from: 'if (isFromRelay(text, url)) return refuseRelay(url, around);',
    to: '',
    killedBy: `${LIVE}: nothing is saved or pinned from a relay`,
  },
  {
    id: 'relay-pinned',
    file: 'attestation/command/run-command.ts',
    from: 'if (isUrl(path) && isFromRelay(bundle, path)) return refuseRelay(path, around);',
    to: '',
    killedBy: `${LIVE}: nothing is saved or pinned from a relay`,
  },
  {
    id: 'started-after-issued',
    file: 'attestation/binding/statement-checks.ts',
    from: 'inOrder && ',
    to: '',
    killedBy: `${CUSTODY}: a statement that is started after it was issued: fail`,
  },
  {
    id: 'statement-too-old',
    file: 'attestation/binding/statement-checks.ts',
    from: ' && ageMs <= policy.statement.maxAgeS * 1_000',
    to: '',
    killedBy: `${CUSTODY}: a statement that is issued a moment before that: fail`,
  },
  {
    id: 'statement-of-the-future',
    file: 'attestation/binding/statement-checks.ts',
    from: 'ageMs >= -MAX_AHEAD_MS && ',
    to: '',
    killedBy: `${CUSTODY}: a statement that is issued later than that: fail`,
  },
  {
    id: 'custody-any-provider',
    file: 'attestation/binding/key-checks.ts',
    from: 'if (!known) {\n    const pinned',
    to: 'if (false) {\n    const pinned',
    killedBy: `${CUSTODY}: the key provider must be pinned by name and id`,
  },
  {
    id: 'custody-claimed-root',
    file: 'attestation/binding/key-checks.ts',
    from: 'if (claimed !== null && claimed !== root) {',
    to: 'if (claimed === undefined) {',
    killedBy: `${CUSTODY}: the KMS root must be pinned and equal the one that the statement claims, if any`,
  },
  {
    id: 'custody-any-root',
    file: 'attestation/binding/key-checks.ts',
    from: 'if (!policy.keys.kmsRoots.includes(root)) {',
    to: 'if (root.length === 0) {',
    killedBy: `${CUSTODY}: the KMS root must be pinned and equal the one that the statement claims, if any`,
  },
  {
    id: 'monotonic-copies',
    file: 'attestation/binding/state-monotonic.ts',
    from: 'sameBoot === (was.generation === is.generation)',
    to: 'true',
    killedBy: `${CUSTODY}: a continued state is accepted, and a rolled-back, copied or replaced one is not`,
  },
  {
    id: 'monotonic-put-back',
    file: 'attestation/binding/state-monotonic.ts',
    from: "expect(isShared || was.generation <= is.generation, CHECK, 'the volume was rolled back');",
    to: '',
    killedBy: `${CUSTODY}: a continued state is accepted, and a rolled-back, copied or replaced one is not`,
  },
  {
    id: 'monotonic-other-volume',
    file: 'attestation/binding/state-monotonic.ts',
    from: "expect(was.genesis_id === is.genesis_id, CHECK, 'the volume is a different one');",
    to: '',
    killedBy: `${CUSTODY}: a continued state is accepted, and a rolled-back, copied or replaced one is not`,
  },
  {
    id: 'monotonic-uncovered-document',
    file: 'attestation/binding/state-monotonic.ts',
    from: 'verifyReportData(document.statement, quote);',
    to: '',
    killedBy: `${CUSTODY}: an earlier document counts only to the extent that its own quote covers it`,
  },
  {
    id: 'several-compose-files',
    file: 'attestation/application/application-checks.ts',
    from: 'event === undefined || more.length > 0',
    to: 'event === undefined',
    killedBy: `${CUSTODY}: a boot that names two compose files or none does not match the shown file`,
  },
  {
    id: 'receipt-before-its-key',
    file: 'attestation/receipt/receipt-checks.ts',
    from: "expect(inTime, check, 'completed before its key existed');",
    to: '',
    killedBy: `${RECEIPT}: a receipt with an end before its key existed fails at receipt.key-attested`,
  },
  {
    id: 'receipt-of-another-application',
    file: 'attestation/receipt/receipt-checks.ts',
    from: "expect(receipt.app_id === statement.app_id, check, 'for another application');",
    to: '',
    killedBy: `${RECEIPT}: a receipt of another application, or of another boot, fails at receipt.key-attested`,
  },
  {
    id: 'receipt-one-key-twice',
    file: 'attestation/receipt/receipt-checks.ts',
    from: "expect(distinct(free.map(({ uri }) => uri)), check, 'two delegations name one key');",
    to: '',
    killedBy: `${RECEIPT}: a receipt in which two host requests name one peer fails at receipt.plan`,
  },
  {
    id: 'receipt-one-nonce-twice',
    file: 'attestation/receipt/receipt-checks.ts',
    from: "expect(distinct(free.map(({ nonce }) => nonce)), check, 'two delegations share a nonce');",
    to: '',
    killedBy: `${RECEIPT}: a receipt in which two delegations share a nonce fails at receipt.plan`,
  },
  {
    id: 'receipt-several-domains',
    file: 'attestation/receipt/receipt-checks.ts',
    from: "expect(new Set(free.map(({ domain }) => domain)).size === 1, check, 'several domains');",
    to: '',
    killedBy: `${RECEIPT}: a receipt in which one delegation is for another domain fails at receipt.plan`,
  },
  {
    id: 'receipt-outside-its-run',
    file: 'attestation/receipt/receipt-checks.ts',
    from: "expect(inTime, check, 'a delegation was not issued during the run');",
    to: '',
    killedBy: `${RECEIPT}: a receipt in which one was made before the run fails at receipt.plan`,
  },
  {
    id: 'shared-nonce-is-believed',
    file: 'attestation/binding/statement-checks.ts',
    from: 'tree === undefined || isInTree(tree, document)',
    to: 'true',
    killedBy:
      'test/attestation/shared-quote.test.ts: a document whose proof is missing, changed or of another caller is rejected at the nonce',
  },
  {
    id: 'leaf-and-node-hash-alike',
    file: 'attestation/binding/inclusion-proof.ts',
    from: 'let computed = hash(0, leaf);',
    to: 'let computed = hash(1, leaf);',
    killedBy:
      'test/evidence/nonce-tree.test.ts: each leaf of a tree of any size is included at its place and at no other',
  },
  {
    id: 'proof-of-another-size',
    file: 'attestation/binding/inclusion-proof.ts',
    from: 'return last === 0 && Buffer.compare(computed, root) === 0;',
    to: 'return Buffer.compare(computed, root) === 0;',
    killedBy:
      'test/evidence/nonce-tree.test.ts: each leaf of a tree of any size is included at its place and at no other',
  },
  {
    id: 'lone-nonce-with-a-proof',
    file: 'attestation/binding/consistency.ts',
    from: "    ['nonce_proof', document.nonce_proof && 'present', statement && placeOf(statement)],\n",
    to: '',
    killedBy:
      'test/attestation/shared-quote.test.ts: a proof beside a nonce that is alone in its statement is a contradiction',
  },
  {
    id: 'quotes-never-refuse',
    file: 'src/evidence/shared-quotes.ts',
    from: 'if (this.#waiting.length >= waiting) {',
    to: 'if (waiting < 0) {',
    killedBy:
      'test/evidence/shared-quotes.test.ts: callers beyond the bound are refused at once, and a failed quote fails only those who share it',
  },
  {
    id: 'quotes-begin-together',
    file: 'src/evidence/shared-quotes.ts',
    from: 'this.#underWay > 0 && earlyMs > 0',
    to: 'this.#underWay > 0 && earlyMs > 100',
    killedBy:
      'test/evidence/shared-quotes.test.ts: quotes at the same time begin evenly spaced, by what the shortest of the latest took',
  },
  {
    id: 'a-late-end-spaces-quotes',
    file: 'src/evidence/shared-quotes.ts',
    from: '[tookMs, ...this.#latestMs].slice(0, LATEST)',
    to: '[tookMs].slice(0, LATEST)',
    killedBy:
      'test/evidence/shared-quotes.test.ts: quotes at the same time begin evenly spaced, by what the shortest of the latest took',
  },
  {
    id: 'the-shortest-quote-ever-spaces-quotes',
    file: 'src/evidence/shared-quotes.ts',
    from: '.slice(0, LATEST)',
    to: '.slice(0, 100 * LATEST)',
    killedBy:
      'test/evidence/shared-quotes.test.ts: the spacing follows an enclave that has become slower',
  },
  {
    id: 'a-failure-spaces-quotes',
    file: 'src/evidence/shared-quotes.ts',
    from: '    void this.#serve(callers, nowMs).finally(() => {',
    to: '    void this.#serve(callers, nowMs).finally(() => {\n      this.#latestMs = [...this.#latestMs, this.#timing.monotonicMs() - nowMs];',
    killedBy:
      'test/evidence/shared-quotes.test.ts: quotes at the same time begin evenly spaced, by what the shortest of the latest took',
  },
  {
    id: 'a-lone-quote-waits-for-its-turn',
    file: 'src/evidence/shared-quotes.ts',
    from: 'this.#underWay > 0 && earlyMs > 0',
    to: 'earlyMs > 0',
    killedBy:
      'test/evidence/shared-quotes.test.ts: a caller does not wait while no quote is under way, however early the last one failed',
  },
  {
    id: 'deep-yaml-is-linted',
    file: 'attestation/application/lint-yaml.ts',
    from: "if (isTooLarge(text)) return { findings: [finding('yaml-syntax', '', 'too large')] };",
    to: '',
    killedBy:
      'test/attestation/yaml-size.test.ts: flow sequences are refused from a depth on, and never composed beyond it',
  },
  {
    id: 'images-of-deep-yaml-are-read',
    file: 'attestation/application/measured-images.ts',
    from: ' || isTooLarge(file)',
    to: '',
    killedBy:
      'test/attestation/yaml-size.test.ts: flow sequences are refused from a depth on, and never composed beyond it',
  },
  {
    id: 'type-of-a-record-is-a-property',
    file: 'attestation/collect/look-up-caa.ts',
    from: '({ critical: _critical, type: _type, ...properties })',
    to: '({ critical: _critical, ...properties })',
    killedBy:
      'test/attestation/caa.test.ts: a record is the same whether or not Node.js names its type',
  },
];
