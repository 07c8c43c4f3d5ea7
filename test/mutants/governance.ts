/**
 * Faults in reading and judging facts of governance: a lie of a provider or a power that is not
 * seen.
 */
import type { Mutant } from './mutant.js';

const READ = 'test/governance/read-governance.test.ts';
const JUDGE = 'test/governance/judge-facts.test.ts';
const CHAIN = 'attestation/governance/chain';
const RULES = 'attestation/governance/judge-chain-facts.ts';
const OMITS = `${READ}: a provider that omits events is refused where the state shows it`;
const CONTRADICTS = `${READ}: a provider whose answers contradict each other is refused`;
const SECOND = `${READ}: what one provider can hide is found by a second one, and named`;
const MANY = `${READ}: more than 10,000 events are read in parts that the provider serves`;
const PARTIAL = `${READ}: a partial file of another question, or with other events, does not count`;
const FORMS = `${READ}: a provider that answers in another form, or not at all, ends with a code`;

const facts = (what: string): string => `${JUDGE}: facts with ${what} fail`;

export const MUTANTS: readonly Mutant[] = [
  {
    id: 'state-not-compared-with-events',
    file: `${CHAIN}/histories.ts`,
    from: "if (allowed === (byValue.get(value)?.at(-1)?.change === 'added')) continue;",
    to: 'if (allowed || !allowed) continue;',
    killedBy: OMITS,
  },
  {
    id: 'second-record-ignored',
    file: `${CHAIN}/histories.ts`,
    from: 'if (policy === undefined) return;',
    to: "if (policy !== '') return;",
    killedBy: OMITS,
  },
  {
    id: 'measured-hash-not-asked',
    file: `${CHAIN}/histories.ts`,
    from: '[...byValue.keys(), ...asked]',
    to: '[...byValue.keys()]',
    killedBy: OMITS,
  },
  {
    id: 'last-upgrade-may-be-missing',
    file: `${CHAIN}/read-proxy.ts`,
    from: 'addressIn(last) === implementation;',
    to: 'addressIn(last) !== undefined;',
    killedBy: OMITS,
  },
  {
    id: 'first-events-may-be-missing',
    file: `${CHAIN}/read-proxy.ts`,
    from: '(implementation === undefined || first?.topics[0] === UPGRADED) &&',
    to: 'first !== undefined &&',
    killedBy: OMITS,
  },
  {
    id: 'root-of-the-kms-not-compared',
    file: `${CHAIN}/read-kms.ts`,
    from: "if ((roots.at(-1)?.k256 ?? '') === current) return roots;",
    to: 'if (current !== undefined) return roots;',
    killedBy: OMITS,
  },
  {
    id: 'events-of-another-block',
    file: `${CHAIN}/histories.ts`,
    from: 'if (header.hash !== hash) {',
    to: 'if (header.hash.length !== hash.length) {',
    killedBy: CONTRADICTS,
  },
  {
    id: 'events-of-another-contract',
    file: `${CHAIN}/read-logs.ts`,
    from: 'log.address !== address || ',
    to: '',
    killedBy: CONTRADICTS,
  },
  {
    id: 'events-in-any-order',
    file: `${CHAIN}/read-logs.ts`,
    from: '        entry.index > before.index &&\n',
    to: '',
    killedBy: CONTRADICTS,
  },
  {
    id: 'block-replaced-while-reading',
    file: `${CHAIN}/read-governance.ts`,
    from: '  await requireBlock(at.rpc, at.block);\n',
    to: '',
    killedBy: CONTRADICTS,
  },
  {
    id: 'second-provider-not-compared',
    file: `${CHAIN}/read-governance.ts`,
    from: 'const difference = second && findFirstDifference(first, second);',
    to: 'const difference = second && findFirstDifference(first, first);',
    killedBy: SECOND,
  },
  {
    id: 'providers-on-two-chains',
    file: `${CHAIN}/read-governance.ts`,
    from: 'if (chainIds.some((each) => each !== chainId)) {',
    to: 'if (chainIds.length > 2) {',
    killedBy: SECOND,
  },
  {
    id: 'state-of-the-newest-block',
    file: `${CHAIN}/ask-contract.ts`,
    from: "'eth_call', [call, encodeQuantity(block.number)]",
    to: "'eth_call', [call, 'latest']",
    killedBy: `${READ}: everything is read at one finalized block, and later changes are not seen`,
  },
  {
    id: 'newest-block-called-finalized',
    file: `${CHAIN}/find-block.ts`,
    from: "return { ...latest, finality: 'latest' };",
    to: "return { ...latest, finality: 'finalized' };",
    killedBy: `${READ}: a chain without a finalized block is read at its newest one, which is said`,
  },
  {
    id: 'upgrade-by-a-stranger-not-tried',
    file: `${CHAIN}/read-proxy.ts`,
    from: "  if (await isAllowed(STRANGER)) return 'anyone';\n",
    to: '',
    killedBy: `${READ}: a dry run tells who may replace the rules`,
  },
  {
    id: 'modules-of-a-safe-not-read',
    file: `${CHAIN}/read-controller.ts`,
    from: 'modules: listOf(modules[0]),',
    to: 'modules: [],',
    killedBy: `${READ}: an owner is told to be a Safe, a timelock, an account or a contract`,
  },
  {
    id: 'refused-part-is-final',
    file: `${CHAIN}/read-logs.ts`,
    from: '  error instanceof RpcRefusal ||\n',
    to: '',
    killedBy: MANY,
  },
  {
    id: 'interrupted-run-begins-anew',
    file: `${CHAIN}/saved-run.ts`,
    from: 'earlier?.question.block.hash === block.hash ? earlier.parts : []',
    to: '[]',
    killedBy: MANY,
  },
  {
    id: 'partial-file-of-another-provider',
    file: `${CHAIN}/saved-run.ts`,
    from: 'names.every((name) =>',
    to: 'names.some((name) =>',
    killedBy: PARTIAL,
  },
  {
    id: 'wrong-partial-file-stays',
    file: `${CHAIN}/read-governance.ts`,
    from: 'if (!isInterrupted) for',
    to: 'if (false) for',
    killedBy: PARTIAL,
  },
  {
    id: 'partial-file-of-a-replaced-block',
    file: `${CHAIN}/read-governance.ts`,
    from: '(header) => header?.hash === earlier.hash && header.time === earlier.time,',
    to: '(header) => header !== undefined,',
    killedBy: PARTIAL,
  },
  {
    id: 'answer-of-any-size',
    file: `${CHAIN}/rpc.ts`,
    from: '{ deadlineMs, maxBytes, json }',
    to: '{ deadlineMs, maxBytes: MAX_BYTES * 9, json }',
    killedBy: FORMS,
  },
  {
    id: 'answer-without-a-deadline',
    file: `${CHAIN}/read-logs.ts`,
    from: 'timeouts > MAX_TIMEOUTS',
    to: 'timeouts > 99',
    killedBy: FORMS,
  },
  {
    id: 'owner-unlisted',
    file: RULES,
    from: "[!isListed(owners, app.owner.address), 'the policy",
    to: "[false && !isListed(owners, app.owner.address), 'the policy",
    killedBy: facts('another owner'),
  },
  {
    id: 'taker-of-the-ownership-unlisted',
    file: RULES,
    from: "pending !== null && !isListed(owners, pending),\n      'the policy does not list the party that may take over the ownership'",
    to: "false && !isListed(owners, pending ?? ''),\n      'the policy does not list the party that may take over the ownership'",
    killedBy: facts('someone who may take over'),
  },
  {
    id: 'module-signs-for-a-safe',
    file: RULES,
    from: 'controller.modules.length === 0 ? controller.threshold : 0',
    to: 'controller.threshold',
    killedBy: facts('a Safe with a module'),
  },
  {
    id: 'delay-that-an-administrator-skips',
    file: RULES,
    from: "owner.kind === 'timelock' && isByOwner ?",
    to: "owner.kind === 'timelock' && (isByOwner || true) ?",
    killedBy: `${JUDGE}: a delay counts only where nobody can go around it`,
  },
  {
    id: 'root-of-another-kms',
    file: RULES,
    from: 'kmsRoot !== undefined && kmsRoot !== kms.root.k256',
    to: 'kmsRoot === undefined',
    killedBy: facts('another root of the KMS'),
  },
  {
    id: 'image-that-the-kms-removed',
    file: RULES,
    from: '!allowedOf(kms.os_images).includes(osImageHash)',
    to: '!kms.os_images.some(({ value }) => value === osImageHash)',
    killedBy: facts('an OS image that is not allowed'),
  },
  {
    id: 'typed-facts-for-a-chain',
    file: 'attestation/governance/governance.ts',
    from: "chain === undefined ? [] : ['the facts were not read from a chain']",
    to: 'chain === undefined ? [] : []',
    killedBy: `${JUDGE}: a policy that demands a chain does not accept typed facts, and another one does`,
  },
  {
    id: 'one-provider-unsaid',
    file: 'attestation/governance/describe-facts.ts',
    from: 'hosts.length === 1 ? [alone] : []',
    to: 'hosts.length === 0 ? [alone] : []',
    killedBy: `${JUDGE}: a reader is told of one provider, a block that may be replaced, and a KMS that was not read`,
  },
];
