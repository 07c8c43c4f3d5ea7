/**
 * A client that a public generator makes from the description compiles, refuses mistakes, and
 * works.
 */
import { execFile } from 'node:child_process';
import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { verifyMessage, Wallet } from 'ethers';
import openapiTS, { type OpenAPI3 } from 'openapi-typescript';
import { composeAppSignIn } from '../../src/program-client/app-sign-in.js';
import { createWorld } from '../scenarios/world.js';
import { test } from '../test.js';

const ROOT = new URL('../../../', import.meta.url);
const SOURCE = new URL('test/openapi/generated-client/program.ts', ROOT);
const FOLDER = new URL('generated-client/', import.meta.url);

type Program = {
  readonly signOnce: (
    baseUrl: string,
    wallet: Wallet,
    compose: (address: string) => string,
  ) => Promise<{
    readonly signature: string;
    readonly address: string;
    readonly state: { readonly status: string; readonly steps: readonly unknown[] };
  }>;
};

/**
 * Generates the client and compiles the program against it. Rejects with what the compiler reports.
 */
async function compileProgram(description: object): Promise<void> {
  await mkdir(FOLDER, { recursive: true });
  await writeFile(new URL('schema.ts', FOLDER), await openapiTS(description as OpenAPI3));
  await copyFile(SOURCE, new URL('program.ts', FOLDER));
  const config = {
    extends: fileURLToPath(new URL('tsconfig.json', ROOT)),
    compilerOptions: { rootDir: '.', outDir: '.', lib: ['es2023', 'dom', 'dom.iterable'] },
    include: ['*.ts'],
    exclude: [],
  };
  await writeFile(new URL('tsconfig.json', FOLDER), JSON.stringify(config));
  const compiler = fileURLToPath(new URL('node_modules/typescript/bin/tsc', ROOT));
  const run = promisify(execFile)(process.execPath, [compiler, '-p', fileURLToPath(FOLDER)]);
  await run.catch((error: { readonly stdout?: string }) => {
    throw new Error(error.stdout ?? 'the compiler failed', { cause: error });
  });
}

test('a generated client compiles, signs in with a wallet, signs, and reads the state of the account', async (t) => {
  const world = await createWorld();
  t.teardown(() => world.close());
  const { body } = await world.call('GET', '/openapi.json');
  await compileProgram(body);
  const program = (await import(new URL('program.js', FOLDER).href)) as Program;
  let message = '';
  const wallet = Wallet.createRandom();
  const outcome = await program.signOnce(world.url, new Wallet(wallet.privateKey), (address) => {
    message = composeAppSignIn(address, 'app.example:5173', Date.now()).siwe;
    return message;
  });
  t.is(verifyMessage(message, outcome.signature), outcome.address);
  t.is(outcome.state.status, 'complete');
  t.is(outcome.state.steps.length, 20);
});
