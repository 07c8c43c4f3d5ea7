/** Compiles Solidity for tests. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { z } from 'zod';

const ROOT = new URL('../../../', import.meta.url);

const output = z.object({
  errors: z.array(z.object({ severity: z.string(), formattedMessage: z.string() })).optional(),
  contracts: z
    .record(
      z.string(),
      z.record(
        z.string(),
        z.object({
          abi: z.array(z.record(z.string(), z.unknown())),
          evm: z.object({ bytecode: z.object({ object: z.string() }) }),
        }),
      ),
    )
    .default({}),
});

/** A compiled contract. `code` is its creation code as 0x-prefixed hex. */
export type Compiled = { readonly abi: string; readonly code: string };

/**
 * Compiles a file of the repository, and returns its contracts by name. Without the optimizer it
 * takes half as long.
 */
export function compileSolidity(
  path: string,
  { optimize = true }: { readonly optimize?: boolean } = {},
): ReadonlyMap<string, Compiled> {
  // The compiler is a CommonJS module of 9 MB, which only these tests load.
  const solc = createRequire(import.meta.url)('solc') as { compile: (input: string) => string };
  const input = {
    language: 'Solidity',
    sources: { [path]: { content: readFileSync(new URL(path, ROOT), 'utf8') } },
    settings: {
      optimizer: { enabled: optimize, runs: 1 },
      evmVersion: 'paris',
      metadata: { bytecodeHash: 'none', appendCBOR: false },
      outputSelection: { '*': { '*': ['abi', 'evm.bytecode.object'] } },
    },
  };
  const { errors = [], contracts } = output.parse(JSON.parse(solc.compile(JSON.stringify(input))));
  const failed = errors.filter(({ severity }) => severity === 'error');
  if (failed.length > 0) throw new TypeError(failed.map((e) => e.formattedMessage).join('\n'));
  return new Map(
    Object.entries(contracts[path] ?? {}).map(([name, { abi, evm }]) => [
      name,
      { abi: JSON.stringify(abi), code: `0x${evm.bytecode.object}` },
    ]),
  );
}
