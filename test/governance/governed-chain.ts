/** A chain with contracts like those of dstack, for all tests of a file. */
import { Contract, ContractFactory, Interface, type JsonRpcProvider, toBeHex } from 'ethers';
import { compileSolidity, type Compiled } from '../chain/compile.js';
import { type LocalChain, startChain } from '../chain/local-chain.js';

const SOURCE = 'test/governance/dstack.sol';
const IMPLEMENTATION = '0x360894a13ba1a3210667c828492db98dca3e2076cc3735a920a3ca505d382bbc';
/** Every second block is an epoch, so the newest but two is finalized. */
const BLOCKS = ['--slots-in-an-epoch', '1', '--gas-limit', '400000000'];

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

  async #bind(address: string, name: string): Promise<Deployed> {
    const contract = new Contract(address, this.#get(name).abi, await this.#provider.getSigner(0));
    return {
      address: address.toLowerCase(),
      call: async (method, ...values) => {
        const sent = (await contract.getFunction(method)(...values)) as {
          readonly wait: () => Promise<unknown>;
        };
        await sent.wait();
      },
    };
  }

  /** The account that sends everything. */
  async account(): Promise<string> {
    return (await this.#provider.getSigner(0)).address.toLowerCase();
  }

  /** Deploys a contract. */
  async deploy(name: string, ...values: readonly unknown[]): Promise<Deployed> {
    const { abi, code } = this.#get(name);
    const factory = new ContractFactory(abi, code, await this.#provider.getSigner(0));
    const made = await factory.deploy(...values);
    await made.waitForDeployment();
    return this.#bind(await made.getAddress(), name);
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
    const placed = await this.#bind(address, name);
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
