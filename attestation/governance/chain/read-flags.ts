import { AbiCoder, type Interface } from 'ethers/abi';
import { run, type ChainAt } from './ask-contract.js';
import { ChainError } from './chain-error.js';
import { READ_FLAGS_CODE } from './read-flags-code.js';

/** Code that is run and not deployed has a limit (EIP-3860), which this number of keys respects. */
const KEYS_A_CALL = 500;

/** A mapping from 32 bytes to a boolean in a contract, by the name of its getter. */
export type Flags = {
  readonly address: string;
  readonly contract: Interface;
  readonly name: string;
};

/** Resolves to the value of each key (64 hex digits). */
export async function readFlags(
  at: ChainAt,
  { address, contract, name }: Flags,
  keys: readonly string[],
): Promise<ReadonlyMap<string, boolean>> {
  const flags = new Map<string, boolean>();
  const selector = contract.getFunction(name)?.selector ?? '0x';
  for (let from = 0; from < keys.length; from += KEYS_A_CALL) {
    const part = keys.slice(from, from + KEYS_A_CALL);
    const values = [address, selector, part.map((key) => `0x${key}`)];
    const encoded = AbiCoder.defaultAbiCoder().encode(['address', 'bytes4', 'bytes32[]'], values);
    const returned = await run(at, { data: READ_FLAGS_CODE + encoded.slice(2) });
    const bytes = Buffer.from(returned?.slice(2) ?? '', 'hex');
    if (bytes.length !== part.length) {
      throw new ChainError('CHAIN_NO_CONTRACT', `${address} does not answer ${name}()`);
    }
    part.forEach((key, index) => flags.set(key, bytes[index] === 1));
  }
  return flags;
}
