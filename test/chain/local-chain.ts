/** A chain on this machine (Anvil), whose accounts have money and whose blocks are made at once. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { ExecutionContext } from 'ava';
import { JsonRpcProvider } from 'ethers';
import { freePort } from '../../scripts/local/free-port.js';
import { testThatNeeds } from '../test-that-needs.js';
import { until } from '../until.js';

/** Returns the program for this platform, or undefined if the package has none. */
function findProgram(): string | undefined {
  const { platform, arch } = process;
  const name = `@foundry-rs/anvil-${platform}-${arch === 'x64' ? 'amd64' : arch}`;
  try {
    const file = createRequire(import.meta.url).resolve(`${name}/package.json`);
    const program = join(file, '..', 'bin', 'anvil');
    return existsSync(program) ? program : undefined;
  } catch {
    return undefined;
  }
}

const PROGRAM = findProgram();

/** Declares a test that needs the chain. */
export const testOnChain = (title: string, body: (t: ExecutionContext) => Promise<void>): void =>
  testThatNeeds('Anvil', PROGRAM !== undefined, title, body);

export type LocalChain = { readonly url: string; readonly provider: JsonRpcProvider };

/**
 * Starts a chain with this id, which ends with the test (or with what else is torn down). `more`
 * are arguments of Anvil.
 */
export async function startChain(
  t: Pick<ExecutionContext, 'teardown'>,
  chainId = 1,
  more: readonly string[] = [],
): Promise<LocalChain> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const child = spawn(
    PROGRAM ?? '',
    ['--port', String(port), '--chain-id', String(chainId), '--accounts', '1', '--silent', ...more],
    { stdio: 'ignore' },
  );
  const provider = new JsonRpcProvider(url, chainId, { staticNetwork: true, cacheTimeout: -1 });
  t.teardown(async () => {
    provider.destroy();
    child.kill('SIGKILL');
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  });
  await until('the chain answers', async () => {
    const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'eth_chainId', params: [] });
    const headers = { 'content-type': 'application/json' };
    return fetch(url, { method: 'POST', headers, body }).then(
      ({ ok }) => ok,
      () => false,
    );
  });
  return { url, provider };
}
