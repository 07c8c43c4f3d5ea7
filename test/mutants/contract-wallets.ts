/** Faults in the sign-in of contract wallets: a chain that lies opens accounts of others. */
import type { Mutant } from './mutant.js';

const SCENARIO = 'test/scenarios/contract-wallets.test.ts';
const LIAR = 'a node that lies signs nobody in to an account whose wallet is a key';
const STRICT = 'a node that answers with anything but yes or no is not believed';
const ADAPTER = 'src/adapters/contract-wallets/json-rpc-contract-wallets.ts';

export const MUTANTS: readonly Mutant[] = [
  {
    id: 'chain-opens-accounts-of-keys',
    file: 'src/sign-in/sign-in-with-wallet.ts',
    from: 'requireSameKind(known.credentials, address, proved);',
    to: 'void requireSameKind;',
    killedBy: `${SCENARIO}: ${LIAR}`,
  },
  {
    id: 'linked-contract-recorded-as-key',
    file: 'src/sign-in/credentials.ts',
    from: '...proofOf(proved), addedAtMs',
    to: '...(proved ? {} : proofOf(proved)), addedAtMs',
    killedBy: `${SCENARIO}: a contract wallet is added to an account and signs in to it`,
  },
  {
    id: 'any-result-is-no',
    file: ADAPTER,
    from: "if (result === '0x00' || error?.code === REVERTED) return false;",
    to: 'return false;',
    killedBy: `${SCENARIO}: ${STRICT}`,
  },
  {
    id: 'any-result-that-ends-with-one-is-yes',
    file: ADAPTER,
    from: "if (result === '0x01') return true;",
    to: "if (result?.endsWith('1') === true) return true;",
    killedBy: `${SCENARIO}: ${STRICT}`,
  },
  {
    id: 'reply-of-any-size',
    file: ADAPTER,
    from: "if (body === undefined) throw new TypeError('the reply is too large');",
    to: "if (body === undefined) return { result: '0x01' };",
    killedBy: `${SCENARIO}: ${STRICT}`,
  },
  {
    id: 'chain-not-compared',
    file: ADAPTER,
    from: 'if (result !== MAINNET) throw',
    to: 'if (result === MAINNET.repeat(2)) throw',
    killedBy: `${SCENARIO}: a node of another chain, or none, signs nobody in and says when to try again`,
  },
  {
    id: 'chain-asked-without-tls',
    file: 'src/config-rules.ts',
    from: ", 'ETHEREUM_RPC'] as const;",
    to: '] as const;',
    killedBy:
      'test/config.test.ts: the node that judges contract wallets is asked over https only, and is attested',
  },
  {
    id: 'signature-of-any-size-is-sent',
    file: 'src/sign-in/prove-wallet.ts',
    from: 'if (bytes.length > MAX_CONTRACT_SIGNATURE) throw',
    to: 'if (bytes.length > 8 * MAX_CONTRACT_SIGNATURE) throw',
    killedBy: `${SCENARIO}: a signature that is too long is not sent to the chain`,
  },
  {
    id: 'undeployed-wallets-are-not-deployed',
    file: 'src/adapters/contract-wallets/signature-check.sol',
    from: 'if (endsWithMagic(signature)) signature = deployFor(wallet, signature);',
    to: '',
    killedBy: `${SCENARIO}: the code that a node runs is compiled from the source beside it`,
  },
];
