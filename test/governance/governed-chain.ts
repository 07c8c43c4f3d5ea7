/** A chain with contracts like those of dstack, for all tests of a file. */
import { Interface, type JsonRpcProvider, toBeHex } from 'ethers';
import { compileSolidity, type Compiled } from '../chain/compile.js';
import { type LocalChain, startChain } from '../chain/local-chain.js';
import { until } from '../until.js';

const SOURCE = 'test/governance/dstack.sol';
const IMPLEMENTATION = '0x360894a13ba1a3210667c828492db98dca3e2076cc3735a920a3ca505d382bbc';
/** Every second block is an epoch, so the newest but two is finalized. */
const BLOCKS = ['--slots-in-an-epoch', '1', '--gas-limit', '400000000'];

/** Enough for every call. Without it, each one is run many times to find out how much it needs. */
const ENOUGH_GAS = toBeHex(350_000_000);

type Receipt = { readonly status: string; readonly contractAddress: string | null };

/** A contract whose functions are called by name. */
export type Deployed = {
  readonly address: string;
  readonly call: (name: string, ...values: readonly unknown[]) => Promise<void>;
};

/** Who ends what a file started. */
export type Ending = { readonly teardown: (end: () => Promise<void> | void) => void };

export class GovernedChain {
  readonly url: string;
  readonly #provider: JsonRpcProvider;
  #account: string | undefined;
  readonly #compiled: ReadonlyMap<string, Compiled>;

  private constructor({ url, provider }: LocalChain) {
    this.url = url;
    this.#provider = provider;
    this.#compiled = compileSolidity(SOURCE, { optimize: false });
  }

  static async start(ending: Ending, startMs: number): Promise<GovernedChain> {
    const time = ['--timestamp', String(Math.floor(startMs / 1_000))];
    return new GovernedChain(await startChain(ending, 31_337, [...BLOCKS, ...time]));
  }

  #get(name: string): Compiled {
    const found = this.#compiled.get(name);
    if (found === undefined) throw new TypeError(`no contract ${name}`);
    return found;
  }

  #bind(address: string, name: string): Deployed {
    const contract = new Interface(this.#get(name).abi);
    return {
      address: address.toLowerCase(),
      call: async (method, ...values) => {
        await this.#send({ to: address, data: contract.encodeFunctionData(method, values) });
      },
    };
  }

  /** Sends a transaction and waits for it. The library would parse thousands of events here. */
  async #send(transaction: { readonly to?: string; readonly data: string }): Promise<Receipt> {
    const from = await this.account();
    const sent = { ...transaction, from, gas: ENOUGH_GAS };
    const hash: unknown = await this.#provider.send('eth_sendTransaction', [sent]);
    const receipt = await until('the transaction is in a block', async () => {
      const found: unknown = await this.#provider.send('eth_getTransactionReceipt', [hash]);
      return (found ?? undefined) as Receipt | undefined;
    });
    if (receipt.status !== '0x1') throw new TypeError('the contract rejected the transaction');
    return receipt;
  }

  /** The account that sends everything. */
  async account(): Promise<string> {
    this.#account ??= (await this.#provider.getSigner(0)).address.toLowerCase();
    return this.#account;
  }

  /** Deploys a contract. */
  async deploy(name: string, ...values: readonly unknown[]): Promise<Deployed> {
    const { abi, code } = this.#get(name);
    const encoded = new Interface(abi).encodeDeploy(values);
    const { contractAddress } = await this.#send({ data: code + encoded.slice(2) });
    return this.#bind(contractAddress ?? '', name);
  }

  /** Deploys a contract behind a proxy, whose owner is the account. */
  async deployBehindProxy(name: string): Promise<Deployed> {
    const code = await this.deploy(name);
    const call = new Interface(this.#get(name).abi).encodeFunctionData('give', [
      await this.account(),
    ]);
    const proxy = await this.deploy('Proxy', code.address, call);
    return this.#bind(proxy.address, name);
  }

  /** Puts a proxy at an address that the test chooses. */
  async placeBehindProxy(name: string, address: string): Promise<Deployed> {
    const [code, model] = [await this.deploy(name), await this.deployBehindProxy(name)];
    const running = await this.#provider.getCode(model.address);
    await this.#provider.send('anvil_setCode', [address, running]);
    const word = toBeHex(code.address, 32);
    await this.#provider.send('anvil_setStorageAt', [address, IMPLEMENTATION, word]);
    const placed = this.#bind(address, name);
    await placed.call('give', await this.account());
    await placed.call('upgradeToAndCall', code.address, '0x');
    return placed;
  }

  /** Makes an account that delegates to a contract (EIP-7702), and returns its address. */
  async delegate(to: string): Promise<string> {
    const address = `0x${'de1e'.repeat(10)}`;
    await this.#provider.send('anvil_setCode', [address, `0xef0100${to.slice(2)}`]);
    return address;
  }

  /** Makes blocks, so that what happened is finalized. */
  async finalize(): Promise<void> {
    await this.#provider.send('anvil_mine', ['0x4']);
  }

  /** Makes many blocks in which nothing happens. */
  async mine(count: number): Promise<void> {
    await this.#provider.send('anvil_mine', [toBeHex(count)]);
  }
}
