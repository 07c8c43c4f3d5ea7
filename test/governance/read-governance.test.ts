/** Tests that facts of governance are read from a chain as they are, and from a lying provider not at all. */
import { READ_FLAGS_CODE } from '../../attestation/governance/chain/read-flags-code.js';
import { readGovernance } from '../../attestation/governance/chain/read-governance.js';
import { compileSolidity } from '../chain/compile.js';
import { testOnChain } from '../chain/local-chain.js';
import { test } from '../test.js';
import { GovernedChain, type Ending } from './governed-chain.js';

const ends: (() => Promise<void> | void)[] = [];
const ending: Ending = { teardown: (end) => void ends.push(end) };
let started: Promise<GovernedChain> | undefined;
const chainOf = (): Promise<GovernedChain> =>
  (started ??= GovernedChain.start(ending, Date.parse('2026-06-01T00:00:00Z')));
test.after(async () => {
  for (const end of ends) await end();
});

const value = (digit: string): string => `0x${digit.repeat(64)}`;

test('the code that a provider runs is compiled from the source beside it', (t) => {
  const compiled = compileSolidity('attestation/governance/chain/read-flags.sol');
  t.is(READ_FLAGS_CODE, compiled.get('ReadFlags')?.code ?? '');
});

testOnChain('owner and every compose hash are read', async (t) => {
  const chain = await chainOf();
  const app = await chain.deployBehindProxy('App');
  await app.call('addComposeHash', value('a'));
  await app.call('addComposeHash', value('b'));
  await app.call('removeComposeHash', value('a'));
  await chain.finalize();
  const facts = await readGovernance({ rpcUrls: [chain.url], app: app.address });
  const rules = facts.app.compose_hashes.map(({ value: hash, allowed }) => [hash[0], allowed]);
  t.deepEqual(rules, [
    ['a', false],
    ['b', true],
  ]);
  t.like(facts.app.owner, { kind: 'account', address: await chain.account() });
});
