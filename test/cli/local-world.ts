/** A node on loopback, and people with their own keys and state directories. */
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ExecutionContext } from 'ava';
import {
  startNode,
  type RequestRecord,
  type StandInNode,
  type StandInNodeOptions,
} from '../../scripts/stand-ins/tinycloud-node/start-node.js';
import { proveFromOutside } from '../../src/account-check/prove-from-outside.js';
import { createLocalKeySigner, openEcdsa } from '../../src/cli/local-key.js';
import type { LocalSigner } from '../../src/cli/local-signer.js';
import {
  signInLocally,
  type LocalSession,
  type SignInOptions,
  type SignInResult,
} from '../../src/cli/sign-in-locally.js';
import { delegationsOf, planRequestOf } from '../scenarios/requests.js';

export const QUICK = { triesPerRequest: 2, retryDelayMs: 1, requestDeadlineMs: 60_000 };

const ecdsa = await openEcdsa();

export type LocalPerson = { readonly signer: LocalSigner; readonly privateKey: Uint8Array };

export function newPerson(): LocalPerson {
  const privateKey = new Uint8Array(randomBytes(32));
  return { privateKey, signer: createLocalKeySigner(privateKey.slice(), ecdsa) };
}

/**
 * Returns whether a request is a sign-in: it names all five spaces, which no session of the plan
 * does.
 */
export const isSignIn = ({ route, resources }: RequestRecord): boolean =>
  route === '/delegate' &&
  ['default', 'secrets'].every((name) => resources.some((uri) => uri.includes(`:${name}/`)));

/** Returns which request of the plan this is, or undefined for a sign-in. */
export const taskOf = (record: RequestRecord): string | undefined =>
  isSignIn(record) ? 'sign-in' : planRequestOf(record);

export class LocalWorld {
  readonly node: StandInNode;
  readonly stateDirectory: string;

  constructor(node: StandInNode, stateDirectory: string) {
    this.node = node;
    this.stateDirectory = stateDirectory;
  }

  signIn(
    { signer }: Pick<LocalPerson, 'signer'>,
    more: Partial<SignInOptions> = {},
  ): Promise<SignInResult> {
    const { limits, ...rest } = more;
    return signInLocally({
      node: this.node.url,
      signer,
      stateDirectory: this.stateDirectory,
      limits: { ...QUICK, ...limits },
      ...rest,
    });
  }

  /** The delegations of the plan, without those of sign-ins. */
  planned(address: string): ReadonlyMap<string, ReadonlySet<string>> {
    return new Map(
      [...delegationsOf(this.node, address)].filter(([kind]) => kind.split('+').length < 5),
    );
  }

  async close(): Promise<void> {
    await this.node.close();
    await rm(this.stateDirectory, { recursive: true, force: true });
  }
}

export async function createLocalWorld(
  t: ExecutionContext,
  options: StandInNodeOptions = {},
): Promise<LocalWorld> {
  const stateDirectory = await mkdtemp(join(tmpdir(), 'sealwright-state-'));
  const world = new LocalWorld(await startNode(options), stateDirectory);
  t.teardown(() => world.close());
  return world;
}

/**
 * Resolves to whether an independent reader finds the whole account with the session of a sign-in.
 */
export async function isProved({
  nodeUrl,
  siwe,
  signature,
  sessionSeed,
}: LocalSession): Promise<boolean> {
  const { proved } = await proveFromOutside({
    nodeUrl,
    siwe,
    signature,
    sessionSeed: Buffer.from(sessionSeed).toString('hex'),
  });
  return proved;
}

export const spaceOf = (address: string, name: string): string =>
  `tinycloud:pkh:eip155:1:${address}:${name}`;
